"""Papers (文书): what came in from other organs, and what an organ issues itself."""

from .incoming import IncomingPaper
from .outgoing import Paper, SignedCopy

__all__ = ["IncomingPaper", "Paper", "SignedCopy"]
