"""Periods on the page of a case."""

from typing import Any

from django.db.models import F, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from agencies.kernel.case_parts import CasePart, CaseTab

from .models import Clock


class Clocks(list[Any]):
    """The periods of a case, each with its `party`."""

    @property
    def dated(self) -> "Clocks":
        """The same with the history of their due times."""
        prefetch_related_objects(self, "changes")
        return self


class ClocksOnCase(CasePart):
    """Running periods first, nearest due first."""

    related = ("rule", "agency", "holder")
    order = (F("stopped_at").desc(nulls_first=True), F("due_at").asc(nulls_last=True), "pk")
    tabs = (CaseTab(key="clocks", label=_("Deadlines"), template="casefile/tabs/clocks.html", place=7),)

    def rows(self, visible: Any, page: Any) -> Clocks:
        found = super().rows(visible.with_handler().annotate(party=page.party(page.actor)), page)
        return Clocks(clock for clock in found if page.knows(clock))

    def title(self, row: Clock) -> str:
        return str(row.rule.name)
