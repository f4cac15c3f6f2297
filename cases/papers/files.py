"""Scans that come from outside: what may come in, where it lies, how it goes out again.

A file is known by what it is, never by what it is called: name and announced type are the sender's words.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.http import HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from agencies.kernel.limits import PDF_PAGES
from agencies.kernel.refusals import Invalid, Missing, MoveRefused
from agencies.kernel.uploads import refuse_unclean

from .opening import Finding, examine
from .scanning import scan

TAIL = 2048  # how far before its end a PDF may say that it ends: scanners append notes
ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


@dataclass(frozen=True)
class Scan:
    """What was found of a file when it came in. `scanned_at`: when no malware was found in it; None: not looked for."""

    media_type: str
    size: int
    sha256: str
    scanned_at: datetime | None


def read_scan(file: "File[Any]", *, actor: Actor, field: str = "file") -> Scan:
    """Size, type and SHA-256 of what really came. Raises Invalid, with a code, for what is too large,
    empty, of no allowed type, damaged, infected or too costly to open, or does something when it is opened."""
    limit = settings.PAPER_MAX_BYTES
    if file.size > limit:
        detail = _("This file is larger than %(limit)s. Scan with a lower resolution.")
        raise Invalid.field(field, "too_large", detail % {"limit": filesizeformat(limit)})
    if not file.size:
        raise Invalid.field(field, "empty", _("This file is empty."))
    file.seek(0)
    content = file.read()
    file.seek(0)
    found = next((media_type for media_type, fits in KINDS.items() if fits(content[:TAIL], content[-TAIL:])), "")
    if not found:
        detail = _("This is no whole PDF, PNG or JPEG file, whatever its name says. Scan the paper into one of these.")
        raise Invalid.field(field, "media_type", detail)
    sha256 = hashlib.sha256(content).hexdigest()
    # First: what a scanner knows is not opened here, and the refusal says what it is.
    scan(file, actor=actor)
    scanned_at = refuse_unclean(file, field)
    _refuse_unfit(examine(content, found), field)
    return Scan(found, file.size, sha256, scanned_at)


def _refuse_unfit(found: Finding, field: str) -> None:
    if not found.wrong:
        return
    details = {
        "broken": _("This file cannot be read to its end: it is damaged, or no picture or document at all."),
        "pixels": _("This picture has %(what)s pixels, more than can be opened. Scan with a lower resolution."),
        "pages": _("This document has %(what)s pages; it must have 1 to %(most)d."),
        "password": _("This document is locked with a password. Send it without one."),
        "active": _("This document holds %(what)s, which no scan needs. Print it and scan the print."),
        "costly": _("This file needs more memory or time to open than is given to it. Scan the paper again."),
    }
    told = {"what": found.what, "most": PDF_PAGES}
    raise Invalid.field(field, found.wrong, details[found.wrong] % told)


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
