"""Periods on the page of a case."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, cast

from django.db.models import F, prefetch_related_objects
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.by_key import ByKey, Place, compiled_for
from agencies.kernel.case_parts import OnCase, Tab
from cases.casefile.models import Case

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
    visible = _visible(page.party, page.actor, get_language() or "", times.today())
    return Clocks(clock for clock in visible.read(page.case.pk) if page.knows(clock))


@lru_cache(maxsize=512)
def _visible(party: Callable[[Actor], Any], actor: Actor, language: str, day: date) -> ByKey:
    """The periods of a case that the actor sees, compiled once for each person and day."""
    visible = Clock.objects.visible_to(actor).with_handler().annotate(party=party(actor))
    ordered = visible.order_by(F("stopped_at").desc(nulls_first=True), F("due_at").asc(nulls_last=True), "pk")
    rows = ordered.select_related("rule", "agency", "holder")
    return compiled_for(rows.filter(case=Place(0, Case._meta.pk)))


ON_CASE = OnCase(
    rows=_clocks,
    title=lambda clock: cast(str, clock.rule.name),
    tabs=(Tab(key="clocks", label=_("Deadlines"), template="casefile/tabs/clocks.html", place=7),),
)
