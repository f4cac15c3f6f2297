"""The mark of a major case on the page of its case."""

from typing import Any

from agencies.kernel.case_parts import CasePart

from .models import MajorCase


def _marks(page: Any) -> list[MajorCase]:
    """The present mark first."""
    visible = MajorCase.objects.visible_to(page.actor).filter(case=page.case)
    return sorted(visible.order_by("designated_at", "pk"), key=lambda mark: not mark.is_open)


ON_CASE = CasePart(rows=_marks, title=str)
