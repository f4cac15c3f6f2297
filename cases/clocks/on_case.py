"""Periods on the page of a case."""

from typing import Any, cast

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


def _clocks(page: Any) -> Clocks:
    """Running periods first, nearest due first."""
    rows = Clock.objects.visible_to(page.actor).filter(case=page.case).with_handler()
    visible = rows.annotate(party=page.party(page.actor)).select_related("rule", "agency", "holder")
    ordered = visible.order_by(F("stopped_at").desc(nulls_first=True), F("due_at").asc(nulls_last=True), "pk")
    return Clocks(clock for clock in ordered if page.knows(clock))


ON_CASE = CasePart(
    rows=_clocks,
    title=lambda clock: cast(str, clock.rule.name),
    tabs=(CaseTab(key="clocks", label=_("Deadlines"), template="casefile/tabs/clocks.html", place=7),),
)
