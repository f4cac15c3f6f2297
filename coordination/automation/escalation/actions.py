"""Escalation: each rung is raised once, protected by unique rows, and notified once in its own commit. Resumable.

As in `cases.clocks.raising`, raising takes two statements for each threshold, for any number of clocks.
Notification needs one event each, because the journal is chained.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import DateTimeField, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, Value

from agencies.duty.lookups import absences_in, first_on_duty, posts_in, resolve_deputy
from agencies.journal.actions import Action, Audience, notify_person, record_event
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Role
from agencies.people.models import Membership, OfficeHolder, User
from agencies.people.sight import actor_for
from cases.clocks.due_times import stream_of_clock
from cases.clocks.models import Clock, ClockQuerySet, subjects_of_clocks
from cases.clocks.raising import notify_each
from coordination.messaging.notifications.models import NoticeReason
from coordination.messaging.notifications.recipients import in_hand_of

from .models import Escalation, Rung, Threshold

BATCH = 200
QUEUE = "escalation"


def raise_rungs() -> int:
    """Raises every rung that a running duty has reached and that is not raised for its present end. Returns their
    number."""
    return _raise_all(Q(), times.now())


def pass_over_rungs(case_id: UUID) -> int:
    """Marks every rung that the duties of a case have reached as raised and notified, when the case is recorded here
    for the first time. Returns their number."""
    moment = times.now()
    return _raise_all(Q(case=case_id), moment, notified_at=moment)


def _raise_all(among: Q, moment: datetime, **columns: Any) -> int:
    thresholds = list(Threshold.objects.order_by("pk"))
    own = {one.rule_code for one in thresholds} - {""}
    return sum(_raise(one, own, moment, among, columns) for one in thresholds)


def _raise(threshold: Threshold, own: set[str], moment: datetime, among: Q, columns: dict[str, Any]) -> int:
    rule = Q(rule__code=threshold.rule_code) if threshold.rule_code else ~Q(rule__code__in=own)
    running = Clock.objects.running().duties().filter(rule, among, agency__isnull=False, due_at__isnull=False)
    clocks = (
        _at_hours(running, threshold.hours, moment)
        if threshold.percent is None
        else _at_share(running, threshold.percent, moment)
    )
    raised = Escalation.objects.filter(clock=OuterRef("pk"), rung=threshold.rung, due_at=OuterRef("due_at"))
    rows: Any = clocks.exclude(Exists(raised)).order_by().values_list("pk", "due_at")
    made = [
        Escalation(clock_id=pk, rung=threshold.rung, due_at=due_at, raised_at=moment, **columns) for pk, due_at in rows
    ]
    return len(Escalation.objects.bulk_create(made, batch_size=BATCH, ignore_conflicts=True))


def _at_hours(running: ClockQuerySet, hours: int | None, moment: datetime) -> ClockQuerySet:
    if hours is None:
        raise ValueError("a threshold says hours or percent")
    column = "due_at" if hours < 0 else "breach_at"
    return running.filter(**{f"{column}__lte": moment - timedelta(hours=hours)})


def _at_share(running: ClockQuerySet, percent: int, moment: datetime) -> ClockQuerySet:
    """Clocks with that share of the period elapsed, measured to the strict end, as for warnings."""
    # Integers on both sides: SQLite stores durations as integers, and a fraction would be lost.
    passed = (Value(moment, output_field=DateTimeField()) - F("started_at")) * Value(100)
    asked = (F("due_at") - F("started_at")) * Value(percent)
    timed: Any = running.alias(passed=_length(passed))  # typed as Any: annotations are unknown to the type checker
    reached: ClockQuerySet = timed.filter(passed__gte=_length(asked))
    return reached


def _length(expression: Any) -> "ExpressionWrapper[Any]":
    return ExpressionWrapper(expression, output_field=DurationField())


def notify_rungs(batch: int = BATCH) -> int:
    """Notifies the people on each rung who see the subject. Returns the number of rungs."""
    return notify_each(Escalation, _notify, queue=QUEUE, batch=batch)


def _notify(one: Escalation) -> None:
    clock = one.clock
    event = record_event(
        stream_of_clock(clock),
        actor=SYSTEM,
        action=Action(
            "escalate",
            clock.subject_kind,
            clock.subject_id,
            data={"rule": clock.rule.code, "rung": one.rung, "due_at": one.due_at.isoformat()},
        ),
        happened_at=one.raised_at,
        audience=Audience("pair", counterpart_id=clock.owner_id),
    )
    for person in people_on_rung(one.rung, clock):
        notify_person(event, person.pk, agency_id=person.agency_id, because=NoticeReason.ESCALATED)


def people_on_rung(rung: str, clock: Clock) -> list[User]:
    """People on a rung who may see the subject of the clock; lateness discloses nothing.

    Of several groups, the first with anyone who sees it.
    """
    for circle in _circles(rung, clock):
        people = User.objects.filter(pk__in=circle, is_active=True).order_by("username")
        if seeing := [person for person in people if _sees(person, clock)]:
            return seeing
    return []


def _circles(rung: str, clock: Clock) -> Iterator[set[UUID]]:
    """Groups to notify, in order: each is the fallback of the one before."""
    agency, held = clock.owner_id, Membership.objects.current()
    match rung:
        case Rung.OFFICER:
            yield _present(in_hand_of(clock.subject_kind, clock.subject_id, agency), agency)
            yield _on_duty(agency)
            yield _leads(agency)
        case Rung.LEAD:
            yield _leads(agency)
        case Rung.OFFICE:
            yield set(OfficeHolder.objects.current().filter(agency=agency).values_list("user_id", flat=True))
            yield {post.person.pk for post in posts_in([agency]).get(agency, []) if post.shift.on_call}
        case Rung.CENTRE:
            yield set(held.filter(role=Role.COORDINATOR).values_list("user_id", flat=True))


def _leads(agency: int) -> set[UUID]:
    held = Membership.objects.current().filter(role=Role.LEAD, user__agency=agency)
    return set(held.values_list("user_id", flat=True))


def _present(people: set[UUID], agency: int) -> set[UUID]:
    """Each person or their deputy. Omits people who are away without a deputy."""
    if not people:
        return set()
    away = absences_in([agency])
    named = User.objects.filter(pk__in=people)
    return {here.pk for person in named if (here := resolve_deputy(person, away)) is not None}


def _on_duty(agency: int) -> set[UUID]:
    post = first_on_duty([agency]).get(agency)
    return {post.person.pk} if post else set()


def _sees(person: User, clock: Clock) -> bool:
    # Any: the subjects are several models, each with its own visibility.
    subject: Any = next(model for model in subjects_of_clocks() if model.clock_kind == clock.subject_kind)
    return bool(subject.objects.visible_to(actor_for(person)).filter(pk=clock.subject_id).exists())
