"""Attached files on the page of their case."""

from typing import Any

from agencies.kernel.case_parts import CasePart

from .models import Attachment
from .naming import named_files


class FilesOnCase(CasePart):
    """The newest first, each with the title of what it belongs to."""

    related = ("agency", "person")

    def rows(self, visible: Any, page: Any) -> list[Attachment]:
        return named_files(super().rows(visible, page), page.actor)
