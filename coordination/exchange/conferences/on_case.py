"""Conferences on the page of their case."""

from agencies.kernel.case_parts import CasePart

from .models import Conference


class ConferencesOnCase(CasePart):
    related = ("agency",)
    order = ("-starts_at", "pk")

    def title(self, row: Conference) -> str:
        return row.title
