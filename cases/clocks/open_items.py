"""Periods in the workspace: those of the agency on home, and those of a party in its queue."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext

from agencies.kernel.actor import Actor
from agencies.kernel.addresses import address
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.kernel.resource import RESOURCE_OF_KIND

from .models import Clock, PeriodRule

OF_A_PARTY = "decision"  # the subject whose page has the further steps of the agency


def _own_line(clock: Any) -> WorklistLine:
    return WorklistLine(
        key=("clock", clock.pk),
        what=clock.rule.name,
        note=f"{clock.case.number} {clock.case.label}",
        url=_page_of_subject(clock),
        why=_why(clock.rule),
        due_at=clock.due_at,
        breach_at=clock.breach_at,
    )


def _why(rule: PeriodRule) -> str:
    if not rule.is_statutory:
        return gettext("An internal target of the centre is running.")
    return gettext("A statutory period is running: %(article)s.") % {"article": rule.cited}


def _page_of_subject(clock: Clock) -> Any:
    subject = RESOURCE_OF_KIND[clock.subject_kind]
    if subject.summary is not None and subject.summary.on_case:
        return reverse_lazy("case", args=[clock.case_id])
    return reverse_lazy(subject.page, args=[clock.subject_id])


def _line_of_party(clock: Any) -> WorklistLine:
    """A period of a party. Its own page explains it; the page of a decision has the further steps of the agency."""
    return WorklistLine(
        key=("clock", clock.pk),
        what=clock.party_name or clock.rule.name,
        note=f"{clock.case.number} {clock.case.label}" if clock.case else "",
        url=address(OF_A_PARTY, clock.subject_id) if clock.party_name else address("clock", clock.pk),
        waits=clock.holder,
        why=clock.rule.name,
        due_at=clock.due_at,
        kind=clock.rule.kind,
    )


class OpenClocks(OpenItems):
    related = ("case", "rule", "holder")
    of_parties = True
    has_periods = True

    def line(self, thing: Any, actor: Actor, now: datetime) -> WorklistLine:
        """A period of the agency itself, or of a party for which the agency waits."""
        return _line_of_party(thing) if thing.agency_id is None else _own_line(thing)

    def prepare(self, things: Sequence[Any], actor: Actor) -> Sequence[Any]:
        """The party of each period of a decision."""
        decided = [clock.subject_id for clock in things if clock.subject_kind == OF_A_PARTY]
        rows = RESOURCE_OF_KIND[OF_A_PARTY].model.objects.visible_to(actor).filter(pk__in=decided)
        names = dict(rows.values_list("pk", "party__name") if decided else ())
        for clock in things:
            clock.party_name = names.get(clock.subject_id, "")
        return things
