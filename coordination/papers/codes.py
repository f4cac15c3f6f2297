"""Reading the square code from the scan of a signed sheet, where a reader is installed; else a person types it.

The readers are optional (requirements-papers.txt) and loaded when first used. What they cannot read is no mistake: the
scan may be bad, or the sheet somebody else's.
"""

import importlib
import importlib.util
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from cases.papers.actions import CODE

PAGES = 5  # of a PDF that are looked at
SCALE = 3  # 216 dots an inch: the code's squares are then some seven dots wide
READERS = ("zxingcpp", "PIL", "pypdfium2")


def can_read() -> bool:
    return all(importlib.util.find_spec(name) is not None for name in READERS)


def token_in(content: bytes, media_type: str) -> str:
    """The token of the first code of ours on the scan; "" where none is found or nothing can be read."""
    if not can_read():
        return ""
    zxing: Any = importlib.import_module("zxingcpp")
    for image in _images(content, media_type):
        for code in zxing.read_barcodes(image):
            if code.text.startswith(CODE):
                return str(code.text).removeprefix(CODE)
    return ""


def _images(content: bytes, media_type: str) -> Iterator[Any]:
    if media_type == "application/pdf":
        yield from _pages(content)
        return
    pillow: Any = importlib.import_module("PIL.Image")
    try:
        yield pillow.open(BytesIO(content)).convert("L")
    except (OSError, ValueError, pillow.DecompressionBombError):
        return


def _pages(content: bytes) -> Iterator[Any]:
    pdfium: Any = importlib.import_module("pypdfium2")
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError:
        return
    try:
        for number in range(min(len(document), PAGES)):
            yield document[number].render(scale=SCALE).to_pil().convert("L")
    finally:
        document.close()
