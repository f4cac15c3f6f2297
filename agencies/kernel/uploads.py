"""Files that are sent: a limit that is looked at before the first byte is read (Django's own counts no file), and what
the malware scanner said of each. No file is read by the product before it was scanned."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from .refusals import Invalid


class BoundedUpload(FileUploadHandler):
    """Stands first among the handlers and keeps nothing itself."""

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        limit = settings.PAPER_MAX_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if content_length > limit:
            raise RequestDataTooBig(limit)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


@dataclass(frozen=True)
class Verdict:
    """Of the scanner on one file. `at`: when nothing was found; None where no scanner is configured, or `code` says why
    the file is refused."""

    at: datetime | None = None
    code: str = ""
    detail: str = ""


def refuse_unclean(file: Any, field: str = "file") -> datetime | None:
    """When the file was found clean. Raises Invalid for what was refused, and RuntimeError for a file that nobody had
    scanned: then nothing comes in unseen."""
    verdict: Verdict | None = getattr(file, "verdict", None)
    if verdict is None:
        raise RuntimeError("this file was not scanned")
    if verdict.code:
        raise Invalid.field(field, verdict.code, verdict.detail)
    return verdict.at
