"""Scans that come from outside: what may come in, where it lies, how it goes out again.

A file is known by what it is, never by what it is called: name and announced type are the sender's words.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.http import HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from agencies.kernel.refusals import Invalid, Missing, MoveRefused

TAIL = 2048  # how far before its end a PDF may say that it ends: scanners append notes
ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


@dataclass(frozen=True)
class Scan:
    """What was found of a file when it came in."""

    media_type: str
    size: int
    sha256: str


def paper_storage() -> Storage:
    """A function, so that no migration remembers where the files of one machine lie."""
    return storages["papers"]


def random_name(instance: Any, filename: str) -> str:
    """Nothing of the sender's name, and nothing by which a file could be guessed or counted."""
    name = uuid4().hex
    return f"{name[:2]}/{name}"


def read_scan(file: "File[Any]", field: str = "file") -> Scan:
    """Size, type and SHA-256 of what really came. Raises Invalid for what is too large, empty or of no allowed type."""
    limit = settings.PAPER_MAX_BYTES
    if file.size > limit:
        detail = _("This file is larger than %(limit)s. Scan with a lower resolution.")
        raise Invalid.field(field, "too_large", detail % {"limit": filesizeformat(limit)})
    if not file.size:
        raise Invalid.field(field, "empty", _("This file is empty."))
    file.seek(0)
    head = file.read(TAIL)
    digest = hashlib.sha256(head)
    tail = head
    while chunk := file.read(64 * 1024):
        digest.update(chunk)
        tail = (tail + chunk)[-TAIL:]
    file.seek(0)
    found = next((media_type for media_type, fits in KINDS.items() if fits(head, tail)), "")
    if not found:
        detail = _("This is no whole PDF, PNG or JPEG file, whatever its name says. Scan the paper into one of these.")
        raise Invalid.field(field, "media_type", detail)
    return Scan(found, file.size, digest.hexdigest())


def _pdf(head: bytes, tail: bytes) -> bool:
    return head.startswith(b"%PDF-") and b"%%EOF" in tail


def _png(head: bytes, tail: bytes) -> bool:
    return head.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR") and b"IEND\xaeB`\x82" in tail[-64:]


def _jpeg(head: bytes, tail: bytes) -> bool:
    return head.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in tail[-64:]


# Both ends are asked for: what was cut off on its way is no evidence of anything.
KINDS: dict[str, Callable[[bytes, bytes], bool]] = {"application/pdf": _pdf, "image/png": _png, "image/jpeg": _jpeg}


def scan_of(paper: Any) -> HttpResponse:
    """The scan of a paper under its number: never shown in place, always saved, as the type that was found in it.

    Read whole, for its digest is compared before a byte of it leaves. Raises MoveRefused where it no longer fits.
    """
    with paper.file.open("rb") as stored:
        content = stored.read()
    if hashlib.sha256(content).hexdigest() != paper.sha256:
        detail = _("The stored file is no longer the one received: its digest differs. Tell the administrator.")
        raise MoveRefused([Missing("digest", detail)])
    return attachment(content, paper.media_type, f"{paper.number}.{ENDINGS[paper.media_type]}")


def attachment(content: bytes, media_type: str, name: str) -> HttpResponse:
    told = HttpResponse(content, content_type=media_type)
    told["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    told["X-Content-Type-Options"] = "nosniff"
    told["Cache-Control"] = "private, no-store"
    return told
