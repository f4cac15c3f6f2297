"""Conferences on the page of their case."""

from typing import Any

from agencies.kernel.case_parts import CasePart

from .models import Conference


def _conferences(page: Any) -> list[Conference]:
    visible = Conference.objects.visible_to(page.actor).filter(case=page.case)
    return list(visible.select_related("agency").order_by("-starts_at", "pk"))


ON_CASE = CasePart(rows=_conferences, title=lambda conference: conference.title)
