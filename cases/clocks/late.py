"""Late periods: which an actor sees, by the subjects that the actor sees, so that lateness discloses nothing."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from agencies.kernel.actor import Actor
from agencies.kernel.late import Late
from agencies.kernel.lookups import is_among
from cases.casefile.of_case import unrestricted

from .models import Clock, ClockQuerySet, subjects_of_clocks
from .texts import about

LEAD, REFERRAL, REMINDER = "lead", "referral", "reminder"  # subjects of periods


def visible_clocks(actor: Actor, kinds: Collection[str] | None = None) -> ClockQuerySet:
    """Periods of subjects that the actor sees. `kinds` limits them to these kinds of subjects.

    A lead without a case is visible as the lead is. The reply to a reminder is not listed separately.
    """
    rows = Clock.objects.all() if kinds is None else Clock.objects.filter(subject_kind__in=kinds)
    if not actor.is_centre:
        return rows.filter(is_visible(actor, kinds))
    # Of what is kept from the centre its staff may see cases of their own, others leads at most.
    own = is_visible(actor, kinds if actor.is_staff else {LEAD})
    return rows.filter(open_to_centre() | own)


def is_visible(actor: Actor, kinds: Collection[str] | None = None) -> Q:
    """Whether the actor sees a period, asked for each row: there are far more periods than late ones."""
    seen: Any = Q(pk__in=[])  # typed as Any: a Q that contains a condition on another model
    for subject in subjects_of_clocks():
        # Any: the subjects are several models, each with its own visibility.
        model: Any = subject
        if model.clock_kind != REMINDER and (kinds is None or model.clock_kind in kinds):
            seen |= Q(subject_kind=model.clock_kind) & is_among(model.objects.visible_to(actor), "subject_id")
    checked: Q = seen & (Q(subject_kind=LEAD) | is_among(Clock.objects.visible_to(actor), "pk"))
    return checked


def open_to_centre() -> Q:
    """Periods that every reader of the centre may see: nearly all. What is kept from it is read as short lists."""
    seen: Any = Q(pk__in=[])
    for subject in subjects_of_clocks():
        kept = subject.kept_from_centre()
        if subject.clock_kind != REMINDER:
            seen |= Q(subject_kind=subject.clock_kind) & (Q() if kept is None else ~Q(subject_id__in=kept))
    found: Q = (Q(subject_kind=LEAD) | Q(case__isnull=False) & unrestricted("case")) & seen
    return found


def _past_period(rows: Any, now: datetime) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.overdue(now).filter(agency__isnull=False)
    return found


LATE = Late(
    debtor="agency_id",
    since="breach_at",
    related=("rule", "case"),
    rows=visible_clocks,
    late=_past_period,
    owed_to=lambda agency: Q(subject_kind=REFERRAL) & (Q(holder_id=agency) | Q(partner_id=agency)),
    title=lambda clock: clock.rule.name,
    about=about,
)
