"""Uploads: a size limit checked before the first byte is read, and the verdict of the malware scanner.

Django's own limit does not count files. No file is read before it was scanned.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from .errors import Invalid


class BoundedUpload(FileUploadHandler):
    """The first upload handler. It stores nothing."""

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
    """The scanner's verdict on one file.

    `at` is when it was found clean, None without a configured scanner. `code` is set if the file is refused.
    """

    at: datetime | None = None
    code: str = ""
    detail: str = ""


def refuse_unclean(file: Any, field: str = "file") -> datetime | None:
    """Returns when the file was found clean. Raises Invalid if it was refused.

    Raises RuntimeError for a file that was not scanned, so that no file is accepted unseen.
    """
    verdict: Verdict | None = getattr(file, "verdict", None)
    if verdict is None:
        raise RuntimeError("this file was not scanned")
    if verdict.code:
        raise Invalid.field(field, verdict.code, verdict.detail)
    return verdict.at
