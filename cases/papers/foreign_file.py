"""Opens one uploaded file. A separate program, so that a hostile file uses only its own resources.

Usage: python -I foreign_file.py TASK MEDIA_TYPE LIMITS < FILE

TASK is "check", "codes" or "page"; LIMITS is a JSON object, see `opening.LIMITS`. It writes one JSON object to standard
output: {"wrong": CODE, "what": WORD, "pages": NUMBER} for a check ("" if nothing is wrong; pages only then),
{"codes": [...]}, or {"png": BASE64} with
the first page ("" if there is none). It limits its own memory and processor time first; beyond the limits it ends
without an answer.
"""

import json
import resource
import sys
from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from typing import Any

# Names in a PDF for active or embedded content, with the names used in answers.
ACTIVE = {
    "/JavaScript": "JavaScript",
    "/JS": "JavaScript",
    "/Launch": "Launch",
    "/EmbeddedFile": "EmbeddedFile",
    "/EmbeddedFiles": "EmbeddedFile",
    "/RichMedia": "RichMedia",
    "/ImportData": "ImportData",
    "/SubmitForm": "SubmitForm",
    "/GoToE": "EmbeddedFile",
    "/XFA": "XFA",
}
POINTS = 72  # per inch: the unit of page sizes in a PDF
PREVIEW = 1_200  # pixels
DOTS = 216  # per inch: resolution of a rendered page; modules of a code are then about seven dots wide


def restrict(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def check(content: bytes, media_type: str, limits: dict[str, int]) -> dict[str, Any]:
    if media_type == "application/pdf":
        return check_pdf(content, limits["pages"])
    return check_picture(content, limits["pixels"])


def check_picture(content: bytes, most_pixels: int) -> dict[str, Any]:
    """Checks the size, then decodes the picture."""
    from PIL import Image, ImageFile

    Image.MAX_IMAGE_PIXELS = None  # our own limit is checked first
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint sets it for the whole process that imports it
    try:
        with Image.open(BytesIO(content), formats=["PNG", "JPEG"]) as picture:
            if picture.width * picture.height > most_pixels:
                return {"wrong": "pixels", "what": f"{picture.width} × {picture.height}"}
            picture.load()
    except (OSError, ValueError, SyntaxError, ArithmeticError, IndexError, KeyError, TypeError):
        return {"wrong": "broken", "what": ""}
    return {"wrong": "", "what": "", "pages": 1}


def check_pdf(content: bytes, most_pages: int) -> dict[str, Any]:
    import pikepdf

    try:
        with pikepdf.open(BytesIO(content)) as document:
            if not 0 < len(document.pages) <= most_pages:
                return {"wrong": "pages", "what": str(len(document.pages))}
            found = next(_active_in(document, pikepdf), "")
            return {"wrong": "active" if found else "", "what": found, "pages": len(document.pages)}
    except pikepdf.PasswordError:
        return {"wrong": "password", "what": ""}
    except (pikepdf.PdfError, ValueError, RuntimeError, RecursionError):
        return {"wrong": "broken", "what": ""}


def _active_in(document: Any, pikepdf: Any) -> Iterator[str]:
    """Yields active content in every object of the file, referenced or not, including nested objects."""
    waiting: list[Any] = [*document.objects, document.trailer]
    seen = 0
    while waiting:
        one = waiting.pop()
        seen += 1
        if isinstance(one, pikepdf.Stream | pikepdf.Dictionary):
            for name, inner in one.items():
                if name in ACTIVE:
                    yield ACTIVE[name]
                if isinstance(inner, pikepdf.Name) and name in ("/S", "/Type", "/Subtype") and str(inner) in ACTIVE:
                    yield ACTIVE[str(inner)]
                if _is_nested(inner, pikepdf):
                    waiting.append(inner)
        elif isinstance(one, pikepdf.Array):
            waiting += [inner for inner in one if _is_nested(inner, pikepdf)]


def _is_nested(inner: Any, pikepdf: Any) -> bool:
    """Whether the object is written inside another one. Referenced objects are visited separately."""
    return isinstance(inner, pikepdf.Dictionary | pikepdf.Array | pikepdf.Stream) and not inner.is_indirect


def codes(content: bytes, media_type: str, limits: dict[str, int]) -> dict[str, Any]:
    """The texts of all codes, page by page."""
    import zxingcpp

    return {
        "codes": [code.text for image in _images(content, media_type, limits) for code in zxingcpp.read_barcodes(image)]
    }


def _images(content: bytes, media_type: str, limits: dict[str, int]) -> Iterator[Any]:
    if media_type == "application/pdf":
        yield from _pages(content, limits)
        return
    if not check_picture(content, limits["pixels"])["wrong"]:
        from PIL import Image

        yield Image.open(BytesIO(content)).convert("L")


def _pages(content: bytes, limits: dict[str, int]) -> Iterator[Any]:
    """Renders the first pages, each no larger than the limit, even if the page declares a larger size."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return
    for number in range(min(len(document), limits["code_pages"])):
        page = document[number]
        width, height = page.get_size()
        scale = DOTS / POINTS
        pixels = width * height * scale * scale
        if pixels > limits["code_pixels"]:
            scale *= (limits["code_pixels"] / pixels) ** 0.5
        if min(width, height) * scale >= 1:
            yield page.render(scale=scale, grayscale=True).to_pil().convert("L")


def first_page(content: bytes, media_type: str, limits: dict[str, int]) -> dict[str, Any]:
    """The first page as a picture of at most PREVIEW pixels on its longer side."""
    for page in _images(content, media_type, limits | {"code_pages": 1}):
        page.thumbnail((PREVIEW, PREVIEW))
        png = BytesIO()
        page.save(png, "PNG")
        return {"png": b64encode(png.getvalue()).decode()}
    return {"png": ""}


TASKS = {"check": check, "codes": codes, "page": first_page}


def main() -> None:
    task, media_type, limits_json = sys.argv[1:]
    limits = json.loads(limits_json)
    restrict(limits["memory"], limits["seconds"])
    answer = TASKS[task](sys.stdin.buffer.read(), media_type, limits)
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
