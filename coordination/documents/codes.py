"""Reading the square code from the scan of a signed sheet, where a reader is installed; else a person types it.

The readers are optional (requirements-papers.txt). What they cannot read is no mistake: the scan may be bad, or the
sheet somebody else's. They work in a process of their own with little memory and time, see `cases.papers.opening`.
"""

import importlib.util

from cases.papers.actions import CODE
from cases.papers.opening import codes_in

READERS = ("zxingcpp", "PIL", "pypdfium2")


def can_read() -> bool:
    return all(importlib.util.find_spec(name) is not None for name in READERS)


def token_in(content: bytes, media_type: str) -> str:
    """The token of the first code of ours on the scan; "" where none is found or nothing can be read."""
    if not can_read():
        return ""
    ours = (text.removeprefix(CODE) for text in codes_in(content, media_type) if text.startswith(CODE))
    return next(ours, "")
