"""Stops on the page of their case."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.case_parts import CasePart, CaseTab

from .models import Stop


class StopsOnCase(CasePart):
    related = ("sender", "customs")
    order = ("created_at", "pk")
    open_first = True
    tabs = (
        CaseTab(
            key="stops",
            label=_("Stops and inspections"),
            template="stops/on_case.html",
            place=10,
            counts=("stop",),
        ),
    )

    def title(self, row: Stop) -> str:
        return row.title
