"""Attached files on the page of their case."""

from typing import Any

from agencies.kernel.case_parts import CasePart

from .models import Attachment
from .naming import named_files


def _files(page: Any) -> list[Attachment]:
    """The newest first, each with the title of what it belongs to."""
    visible = Attachment.objects.visible_to(page.actor).filter(case=page.case)
    return named_files(list(visible.select_related("agency", "person")), page.actor)


ON_CASE = CasePart(rows=_files, title=str)
