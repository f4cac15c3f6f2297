"""Papers (文书): what came in from other organs, and what an organ issues itself."""

from .incoming import IncomingPaper
from .outgoing import Paper, SignedCopy
from .quarantine import QuarantineNotice

__all__ = ["IncomingPaper", "Paper", "QuarantineNotice", "SignedCopy"]
