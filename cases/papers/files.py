"""Uploaded scans: validation, storage and download.

The type of a file is determined by its content, never by its name or declared type.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.http import HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.limits import PDF_PAGES
from agencies.kernel.uploads import refuse_unclean

from .opening import FileFinding, examine
from .scanning import scan

TAIL = 2048  # bytes before the end of a PDF in which its end mark is searched; scanners append data
ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


@dataclass(frozen=True)
class FileType:
    """A type of file beyond scans: `fits` recognises it by its whole content, `examine` finds what is wrong with it."""

    fits: Callable[[bytes], bool]
    examine: Callable[[bytes], FileFinding]


@dataclass(frozen=True)
class FileScan:
    """What was found in an uploaded file. `scanned_at`: when the malware scan found nothing; None if it was not
    scanned. `pages`: None if they were not counted.
    """

    media_type: str
    size: int
    sha256: str
    scanned_at: datetime | None
    pages: int | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of every stored file."""
        return {name: getattr(self, name) for name in ("media_type", "size", "sha256", "scanned_at")}


def read_scan(
    file: "File[Any]", *, actor: Actor, field: str = "file", also: Mapping[str, FileType] = MappingProxyType({})
) -> FileScan:
    """Returns size, type and SHA-256 of the upload. `also`: further types, which are accepted beside scans.

    Raises Invalid with a code for a file that is too large, empty, of another type, damaged, infected, too costly to
    open, or has active content.
    """
    limit = settings.PAPER_MAX_BYTES
    if file.size > limit:
        detail = _("This file is larger than %(limit)s. Scan with a lower resolution.")
        raise Invalid.field(field, "too_large", detail % {"limit": filesizeformat(limit)})
    if not file.size:
        raise Invalid.field(field, "empty", _("This file is empty."))
    file.seek(0)
    content = file.read()
    file.seek(0)
    found = _type_of(content, also)
    if not found:
        raise Invalid.field(field, "media_type", _not_accepted(bool(also)))
    sha256 = hashlib.sha256(content).hexdigest()
    # The malware scan comes first: an infected file is not opened, and the error names the malware.
    scan(file, actor=actor)
    scanned_at = refuse_unclean(file, field)
    finding = also[found].examine(content) if found in also else examine(content, found)
    _refuse_unfit(finding, field)
    return FileScan(found, file.size, sha256, scanned_at, finding.pages or None)


def _type_of(content: bytes, also: Mapping[str, FileType]) -> str:
    for media_type, fits in KINDS.items():
        if fits(content[:TAIL], content[-TAIL:]):
            return media_type
    return next((media_type for media_type, kind in also.items() if kind.fits(content)), "")


def _not_accepted(more: bool) -> str:
    if more:
        return _("The content of this file is not a complete PDF, PNG, JPEG, Word or Excel document, or plain text.")
    return _("The content of this file is not a complete PDF, PNG or JPEG. Scan the paper into one of these formats.")


def _refuse_unfit(found: FileFinding, field: str) -> None:
    if not found.wrong:
        return
    details = {
        "broken": _("This file cannot be read completely: it is damaged, or not a picture or document."),
        "pixels": _("This picture has %(what)s pixels, more than can be opened. Scan with a lower resolution."),
        "pages": _("This document has %(what)s pages; it must have 1 to %(most)d."),
        "password": _("This document is locked with a password. Send it without one."),
        "active": _("This document contains %(what)s, which a scan must not contain. Print it and scan the print."),
        "costly": _("Opening this file needs too much memory or time. Scan the paper again."),
    }
    values = {"what": found.what, "most": PDF_PAGES}
    raise Invalid.field(field, found.wrong, details[found.wrong] % values)


def _pdf(head: bytes, tail: bytes) -> bool:
    return head.startswith(b"%PDF-") and b"%%EOF" in tail


def _png(head: bytes, tail: bytes) -> bool:
    return head.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR") and b"IEND\xaeB`\x82" in tail[-64:]


def _jpeg(head: bytes, tail: bytes) -> bool:
    return head.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in tail[-64:]


# Both ends are checked, so that a truncated file is refused.
KINDS: dict[str, Callable[[bytes, bytes], bool]] = {"application/pdf": _pdf, "image/png": _png, "image/jpeg": _jpeg}


def scan_response(paper: Any) -> HttpResponse:
    """The scan as a download, named after the paper's number, with its detected type.

    Raises TransitionRefused if its digest no longer fits.
    """
    return attachment(stored_content(paper), paper.media_type, f"{paper.number}.{ENDINGS[paper.media_type]}")


def stored_content(row: Any) -> bytes:
    """Returns the stored file of a row with `file` and `sha256`. Raises TransitionRefused if its digest no longer
    fits."""
    with row.file.open("rb") as stored:
        content: bytes = stored.read()
    if hashlib.sha256(content).hexdigest() != row.sha256:
        detail = _(
            "The stored file differs from the one received: its digest does not match. Inform the administrator."
        )
        raise TransitionRefused.because("digest", detail)
    return content


def attachment(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
