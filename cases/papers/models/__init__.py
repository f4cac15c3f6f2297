"""Papers (文书): incoming ones from other agencies, and those that an agency issues."""

from .incoming import IncomingPaper
from .outgoing import Paper, SignedCopy
from .quarantine import QuarantineNotice
from .reading import PaperReading
