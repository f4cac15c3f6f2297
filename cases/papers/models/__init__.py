"""Papers (文书): what came in from other agencies, and what an agency issues itself."""

from .incoming import IncomingPaper
from .outgoing import Paper, SignedCopy
from .quarantine import QuarantineNotice

__all__ = ["IncomingPaper", "Paper", "QuarantineNotice", "SignedCopy"]
