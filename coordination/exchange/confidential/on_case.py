"""Confidential letters on the page of their case, for the people whom they name."""

from typing import Any

from agencies.kernel.case_parts import CasePart

from .models import ConfidentialLetter


def _letters(page: Any) -> list[ConfidentialLetter]:
    visible = ConfidentialLetter.objects.visible_to(page.actor).filter(case=page.case)
    return list(visible.order_by("created_at", "pk"))


ON_CASE = CasePart(rows=_letters)
