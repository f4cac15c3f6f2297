"""What periods contribute to the figures: duties running, performed, performed in time, and late. Those under a
statutory period and those under an internal target are different measures."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from agencies.kernel.measures import LATE, FactCollector, History, MeasuredFact, Measures, labels

from .models import Clock

LEAD = "lead"
OF_DRAFTS = frozenset({"REV_TRANSFER", "INT_REVERSE"})  # until the return is sent, only its sender sees it
REPLY = "reminder"  # the reply to a reminder is not late besides what it is about


def _facts(clock: Clock, history: History) -> Iterable[MeasuredFact]:
    other = next((one for one in (clock.partner_id, clock.holder_id) if one not in (None, clock.agency_id)), None)
    pair = f"{other}>{clock.agency_id}" if other else ""
    found = FactCollector(clock.owner_id, labels(rule=clock.rule.code, pair=pair), behind=clock.subject_id)
    stopped, breach = clock.stopped_at, clock.breach_at
    in_time = stopped is not None and (breach is None or stopped <= breach)
    basis = "statutory" if clock.rule.is_statutory else "internal"
    found.count(f"duties.{basis}.done", stopped)
    found.count(f"duties.{basis}.due", breach)
    if stopped is None:
        found.count(f"duties.{basis}.running", breach)
    if in_time:
        found.count(f"duties.{basis}.done_in_time", stopped)
        found.count(f"duties.{basis}.due_in_time", breach)
    if clock.subject_kind != REPLY:
        draft = ".draft" if clock.rule.code in OF_DRAFTS else ""
        found.late(clock.subject_kind, breach, stopped, measure=f"{LATE}.{basis}{draft}")
    return found.facts


def _rows(matters: Collection[UUID]) -> QuerySet[Any]:
    of_leads = Q(case=None, subject_kind=LEAD, subject_id__in=matters)
    owed = Clock.objects.duties().filter(agency__isnull=False).select_related("rule")
    return owed.filter(Q(case__in=matters) | of_leads)


MEASURES = Measures(rows=_rows, matter=lambda clock: clock.case_id or clock.subject_id, facts=_facts)
