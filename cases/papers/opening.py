"""Examination of uploaded files in a separate process with limited memory and time (`foreign_file`)."""

import json
from base64 import b64decode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agencies.kernel import limits
from agencies.kernel.limited_process import ask

from . import foreign_file

PROGRAM = Path(foreign_file.__file__)
LIMITS = {
    "memory": limits.CHILD_MEMORY,
    "seconds": limits.CHILD_SECONDS,
    "pixels": limits.PICTURE_PIXELS,
    "pages": limits.PDF_PAGES,
    "code_pages": limits.CODE_PAGES,
    "code_pixels": limits.CODE_PIXELS,
}
SMALL_PICTURE = 250_000  # pixels: small pictures are decoded in this process, which is cheaper than starting one


@dataclass(frozen=True)
class FileFinding:
    """`wrong`: "" | broken | pixels | pages | password | active | costly; `what`: the number or name found.

    `pages`: how many a PDF or picture has; 0 if that was not counted.
    """

    wrong: str = ""
    what: str = ""
    pages: int = field(default=0, compare=False)


def examine(content: bytes, media_type: str) -> FileFinding:
    """Decodes a picture completely, or examines every object of a PDF. A file beyond the limits is "costly"."""
    if media_type != "application/pdf":
        found = foreign_file.check_picture(content, SMALL_PICTURE)
        if found["wrong"] != "pixels":
            return FileFinding(**found)
    answer = _ask("check", content, media_type)
    return FileFinding("costly") if answer is None else FileFinding(**answer)


def read_codes(content: bytes, media_type: str) -> list[str]:
    """The texts of the QR codes on the file; none if it is broken or beyond the limits."""
    answer = _ask("codes", content, media_type)
    return [] if answer is None else list(answer["codes"])


def first_page(content: bytes, media_type: str) -> bytes:
    """Returns the first page as a PNG picture; empty if it cannot be shown, or without the packages for papers."""
    answer = _ask("page", content, media_type)
    return b64decode(answer["png"]) if answer else b""


def _ask(task: str, content: bytes, media_type: str) -> dict[str, Any] | None:
    return ask(PROGRAM, task, media_type, json.dumps(LIMITS), content=content)
