"""Starting and stopping clocks, and raising what was missed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Min, Q
from django.db.models.functions import Now
from django.utils import timezone

from agencies.calendar.workdays import load_calendar
from agencies.journal.actions import record_event
from agencies.journal.models import Event
from agencies.kernel.actor import SYSTEM
from cases.casefile.actions import stream_of
from cases.casefile.models import Case

from .counting import Period, count
from .models import Breach, Clock, Kind, Rule, Timed

SWEEP_BATCH = 500


def rule_on(code: str, at: datetime) -> Rule | None:
    """The version of a rule in force on the day of its trigger; None if none was: no clock is better than a wrong one.

    Raises LookupError for a code that no file names.
    """
    day = timezone.localtime(at).date()
    versions = list(Rule.objects.filter(code=code).order_by("-version"))
    if not versions:
        raise LookupError(f"no clock rule {code}: run load_reference")
    return next((rule for rule in versions if rule.in_force_on(day)), None)


def start_clocks(
    codes: Iterable[str], subject: Timed, *, case_id: UUID | None, holder_id: int, at: datetime,
    private: bool = False, partner_id: int | None = None,
) -> None:  # fmt: skip
    """Starts one clock per rule about `subject`. A rule that already runs there keeps its first start.

    A `private` clock is seen by holder, owing organ and partner only, and stays out of the case's own deadline.
    """
    codes = list(codes)
    if not codes:
        return
    work, organs = load_calendar(), subject.clock_organs()
    started = []
    for rule in filter(None, (rule_on(code, at) for code in codes)):
        due = count(Period(rule.length, rule.unit, rule.rolls, rule.strict_lenient), at, work)
        clock = Clock(
            rule=rule,
            case_id=case_id,
            subject_kind=subject.clock_kind,
            subject_id=subject.pk,
            organ_id=organs.get(rule.owner_side),
            holder_id=holder_id,
            private=private,
            partner_id=partner_id,
            started_at=at,
            due_at=due.due_at,
            breach_at=due.breach_at,
            provisional=due.provisional,
        )
        started.append(clock)
    Clock.objects.bulk_create(started, ignore_conflicts=True)  # a rule that runs here already is the conflict
    keep_due(subject, case_id)


def stop_clocks(codes: Iterable[str] | None, subject: Timed, *, case_id: UUID | None, at: datetime) -> None:
    """Stops the named rules' clocks about `subject`, or all of them when `codes` is None."""
    running = Clock.objects.running().about(subject)
    if codes is not None:
        codes = list(codes)
        if not codes:
            return
        running = running.filter(rule__code__in=codes)
    # A stop told for a time before the start would violate the row's own check; such a clock ran no time at all.
    running.filter(started_at__gt=at).update(stopped_at=timezone.now())
    running.filter(started_at__lte=at).update(stopped_at=at)
    keep_due(subject, case_id)


def keep_due(subject: Timed, case_id: UUID | None) -> None:
    """Stores the nearest running duty on the subject and on its case, for lists and queues."""
    nearest = _nearest(Clock.objects.about(subject))
    type(subject)._base_manager.filter(pk=subject.pk).update(**nearest)
    subject.due_at, subject.breach_at = nearest["due_at"], nearest["breach_at"]
    if case_id is not None:
        Case.objects.filter(pk=case_id).update(**_nearest(Clock.objects.filter(case_id=case_id, private=False)))


def _nearest(clocks: Any) -> dict[str, datetime | None]:
    found: dict[str, datetime | None] = (
        clocks.running().duties().aggregate(due_at=Min("due_at"), breach_at=Min("breach_at"))
    )
    return found


def raise_breaches(batch: int = SWEEP_BATCH) -> int:
    """Raises each missed duty once, at its true time, however late it is noticed. May run twice, or in two places.

    Derived from `breach_at` and the database's own time, so a worker with a wrong clock raises nothing early.
    """
    missed = (
        Clock.objects.filter(rule__kind=Kind.DUTY, breach=None, breach_at__lt=Now())
        .filter(Q(stopped_at=None) | Q(stopped_at__gt=F("breach_at")))
        .select_related("rule")
        .order_by("breach_at", "pk")[:batch]
    )
    raised = 0
    for clock in missed:
        if clock.breach_at is None:
            continue  # the filter leaves none of these; said for the type checker
        with transaction.atomic():
            _, made = Breach.objects.get_or_create(clock=clock, defaults={"breached_at": clock.breach_at})
            if made:
                raised += 1
                _tell_breach(clock)
    return raised


def _tell_breach(clock: Clock) -> None:
    if clock.case_id is None:
        return
    record_event(
        stream_of(clock.case_id),
        actor=SYSTEM,
        verb="breach",
        object_kind=clock.subject_kind,
        object_id=clock.subject_id,
        happened_at=clock.breach_at,
        data={"rule": clock.rule.code, "due_at": clock.due_at.isoformat() if clock.due_at else None},
        reach=Event.Reach.OWN if clock.private else Event.Reach.STATUS,
        counterpart_id=clock.organ_id,
        hears=[organ for organ in {clock.organ_id, clock.holder_id} if organ],
    )
