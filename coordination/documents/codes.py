"""Reads the QR code on the scan of a signed sheet, if a reader is installed; otherwise a person types it.

Readers are optional (requirements-papers.txt). An unreadable code is no error: the scan may be poor, or of another
sheet. Reading runs in a process with limited memory and time, see `cases.papers.opening`.
"""

import importlib.util

from cases.papers.actions import CODE
from cases.papers.opening import read_codes

READERS = ("zxingcpp", "PIL", "pypdfium2")


def can_read() -> bool:
    return all(importlib.util.find_spec(name) is not None for name in READERS)


def token_in(content: bytes, media_type: str) -> str:
    """The token of our first code on the scan; "" if there is none or it cannot be read."""
    if not can_read():
        return ""
    ours = (text.removeprefix(CODE) for text in read_codes(content, media_type) if text.startswith(CODE))
    return next(ours, "")
