"""Screening matches on the page of their case."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel.case_parts import CasePart, CaseTab

from .models import Match, MatchQuerySet


class MatchesOnCase(CasePart):
    related = ("listing__owner", "decided_by")
    order = ("subject_name", "pk")
    open_first = True
    tabs = (
        CaseTab(key="screening", label=_("Screening"), template="screening/on_case.html", place=9, counts=("match",)),
    )

    def rows(self, visible: MatchQuerySet, page: Any) -> list[Match]:
        found: list[Match] = super().rows(visible.present(), page)
        return found
