"""Recounts running periods, and stores when they are due on the objects that they are about."""

from collections.abc import Iterable, Mapping
from copy import copy
from datetime import date, datetime, time
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import F, Min, Q, QuerySet

from agencies.calendar.actions import import_schedule
from agencies.calendar.schedule import ExceptionalDay, ScheduleChanges
from agencies.calendar.workdays import WorkCalendar, load_calendar
from agencies.journal.actions import Action, Audience, StreamKey, record_event
from agencies.journal.models import Event, Stream
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.work import atomic, touch
from agencies.organisations.actions import agency_stream
from cases.casefile.actions import stream_of
from cases.casefile.models import Case

from .alerts import plan_alerts
from .counting import SHANGHAI, Due, count
from .models import (
    Breach,
    Clock,
    ClockChange,
    PeriodKind,
    PeriodRule,
    Timed,
    Unit,
)
from .workflow import open_steps

Why = ClockChange.Why


def stream_of_clock(clock: Clock) -> StreamKey:
    """The stream of the case, of the lead before there is a case, or of the owing agency where there is no case."""
    if clock.case_id:
        return stream_of(clock.case_id)
    if clock.subject_kind == Stream.Kind.LEAD:
        return StreamKey(Stream.Kind.LEAD, clock.subject_id)
    return agency_stream(clock.owner)


def store_due_times(subject: Timed, case_id: UUID | None) -> set[UUID]:
    """Stores the nearest running duty on the subject and on its case (None: that of the case is unchanged).

    Returns the ids of the clocks that run about the subject.
    """
    running = Clock.objects.running().about(subject).values_list("pk", "rule_kind", "due_at", "breach_at")
    return _store_due(subject, case_id, list(running))


RunningRow = tuple[UUID, str, datetime | None, datetime | None]


def store_due_of_fresh(started: Mapping[Timed, Iterable[Clock]], case_id: UUID | None) -> None:
    """Stores the nearest duty on subjects that were created in this transaction, all on this case or on none. `started`
    are their clocks."""
    alike: dict[tuple[str, datetime | None, datetime | None], list[UUID]] = {}
    for subject, clocks in started.items():
        _set_due(subject, [(one.pk, one.rule.kind, one.due_at, one.breach_at) for one in clocks])
        alike.setdefault((subject.clock_kind, subject.due_at, subject.breach_at), []).append(subject.pk)
    for (kind, due_at, breach_at), subjects in alike.items():
        _model_of(kind)._base_manager.filter(pk__in=subjects).update(due_at=due_at, breach_at=breach_at)
        touch(kind, *subjects)
        touch(f"periods of {kind}", *subjects)
    if case_id is not None:
        _store_due_of_case(case_id)


def _set_due(subject: Timed, running: list[RunningRow]) -> None:
    """Sets the nearest running duty on the subject, unsaved."""
    duties = [(due_at, breach_at) for _pk, kind, due_at, breach_at in running if kind == PeriodKind.DUTY]
    subject.due_at = min((due_at for due_at, _breach in duties if due_at), default=None)
    subject.breach_at = min((breach_at for _due, breach_at in duties if breach_at), default=None)


def _store_due(subject: Timed, case_id: UUID | None, running: list[RunningRow]) -> set[UUID]:
    _set_due(subject, running)
    rows = _model_of(subject.clock_kind)._base_manager.filter(pk=subject.pk)
    rows.update(due_at=subject.due_at, breach_at=subject.breach_at)
    touch(subject.clock_kind, subject.pk)
    touch(f"periods of {subject.clock_kind}", subject.pk)
    if case_id is not None:
        _store_due_of_case(case_id)
    return {pk for pk, *_rest in running}


def _store_due_of_case(case_id: UUID) -> None:
    shown = Clock.objects.running().duties().filter(case_id=case_id, private=False)
    Case.objects.filter(pk=case_id).update(**shown.aggregate(due_at=Min("due_at"), breach_at=Min("breach_at")))


@cache
def _model_of(kind: str) -> type[Timed]:
    """Finds the model by kind, because subjects are in higher layers."""
    return next(model for model in apps.get_models() if issubclass(model, Timed) and model.clock_kind == kind)


def store_due_of(clock: Clock) -> None:
    """The same for the subject of a clock."""
    store_due_times(subject_of(clock), clock.case_id)


def import_calendar(
    days: list[ExceptionalDay], *, source: str, document: str, actor: Actor
) -> tuple[ScheduleChanges, int]:
    """Imports a published schedule and recounts the periods that it affects. Returns how many due times changed.

    Paused periods are counted when they resume. If recounting is interrupted, importing again completes it.
    """
    diff = import_schedule(days, source=source, document=document, actor=actor)
    return diff, recount_from(date(min(diff.years), 1, 1)) if diff.years else 0


def moved_by_schedule(first: date) -> QuerySet[Clock]:
    """Clocks that a schedule from `first` on may affect: those that end later, and provisional ones."""
    beyond = Q(provisional=True) | Q(due_at__gte=datetime.combine(first, time.min, SHANGHAI))
    return Clock.objects.filter(beyond, state=Clock.State.RUNNING).exclude(rule__unit=Unit.HOUR)


def recount_from(first: date) -> int:
    """Recounts the affected clocks, each in its own transaction. Returns how many due times changed."""
    return sum(recount(pk) for pk in list(moved_by_schedule(first).values_list("pk", flat=True)))


def recount(pk: UUID) -> bool:
    """Recounts one clock by the current calendar. Returns whether its due time changed."""
    with atomic():
        clock = Clock.objects.select_for_update(of=("self",)).select_related("rule").get(pk=pk)
        if clock.state != Clock.State.RUNNING:
            return False  # stopped or paused meanwhile
        was = clock.due_at
        recount_clock(clock, Why.CALENDAR, load_calendar(), at=times.now(), actor=SYSTEM)
        if clock.due_at == was:
            return False
        _record_recount(clock, was)
        return True


def due_of(clock: Clock, work: WorkCalendar) -> Due:
    """Counts the due time from start, pauses and extensions on record. A paused clock has none."""
    counted = followed_by(clock, subject_of(clock)) if clock.rule.follows else clock
    return due_by(counted, clock.rule, work)


def due_by(counted: Clock, rule: PeriodRule, work: WorkCalendar) -> Due:
    """Counts `rule` from the start, pauses and extensions of `counted`, which is the clock itself or the one that it
    follows.
    """
    if counted.is_paused:
        return Due(None, None)
    pauses = list(counted.pauses.all())
    return count(
        rule.period,
        counted.started_at,
        work,
        pauses=[pause.counted for pause in pauses if pause.counted is not None],
        deferred_to=max((pause.last_day for pause in pauses if pause.last_day), default=None),
        extensions=[extension.counted for extension in counted.extensions.select_related("step")],
    )


def followed_by(clock: Clock, subject: Timed) -> Clock:
    """The clock that this one follows: the running one, else the last. Without one, the clock itself."""
    about = Q()
    for leader in subject.clock_leaders():
        about |= Q(subject_kind=leader.clock_kind, subject_id=leader.pk)
    led = Clock.objects.filter(about, rule__code=clock.rule.follows)
    return led.order_by(F("stopped_at").desc(nulls_first=True), "-started_at").first() or clock


def subject_of(clock: Clock) -> Timed:
    return _model_of(clock.subject_kind)._base_manager.get(pk=clock.subject_id)


def recount_followers(clock: Clock, why: str, work: WorkCalendar, *, at: datetime, actor: Actor, paper: str) -> None:
    """Recounts clocks that follow this one. A duty that was performed is owed again for a new end.

    It is not owed again if the law has no further extension. Clocks that follow from another subject, as the custody of
    each person follows the stage of the proceeding, are recounted as long as they run.
    """
    for other in _following_elsewhere(clock):
        recount_clock(other, why, work, at=at, actor=actor, paper=paper)
    same = Clock.objects.filter(
        subject_kind=clock.subject_kind, subject_id=clock.subject_id, rule__follows=clock.rule.code
    )
    last = same.select_related("rule").order_by("-started_at", "-created_at").first()
    if last is None:
        return
    if last.stopped_at is None:
        recount_clock(last, why, work, at=at, actor=actor, paper=paper)
    elif open_steps(clock) and (due := due_of(last, work)).due_at != last.due_at:
        kept = ("agency_id", "holder_id", "partner_id", "private", "case_id", "proceeding_id")
        renewed = Clock.objects.create(
            rule=last.rule,
            subject_kind=last.subject_kind,
            subject_id=last.subject_id,
            started_at=at,
            state_since=at,
            **{name: getattr(last, name) for name in kept},
            **columns_of(due),
        )
        plan_alerts([renewed], now=times.now())


def _following_elsewhere(clock: Clock) -> list[Clock]:
    if clock.case_id is None:
        return []
    same = Q(subject_kind=clock.subject_kind, subject_id=clock.subject_id)
    running = Clock.objects.running().filter(case_id=clock.case_id, rule__follows=clock.rule.code).exclude(same)
    found = running.select_related("rule")
    return [other for other in found if followed_by(other, subject_of(other)).pk == clock.pk]


def columns_of(due: Due) -> dict[str, Any]:
    return {"due_at": due.due_at, "breach_at": due.breach_at, "warn_by": due.warn_by, "provisional": due.provisional}


def recount_clock(
    clock: Clock, why: str, work: WorkCalendar, *, at: datetime, actor: Actor, paper: str = "", reason: str = ""
) -> None:
    """Stores the new due time with its history, alerts, breaches and following clocks."""
    before = copy(clock)
    for name, value in columns_of(due_of(clock, work)).items():
        setattr(clock, name, value)
    if (before.due_at, before.breach_at, before.provisional) == (clock.due_at, clock.breach_at, clock.provisional):
        return
    touch("clock", clock.pk)
    Clock.objects.filter(pk=clock.pk).update(
        due_at=clock.due_at, breach_at=clock.breach_at, warn_by=clock.warn_by, provisional=clock.provisional
    )
    note_change(clock, why, before, at=at, actor=actor, paper=paper, reason=reason)
    clock.alerts.filter(raised_at=None).delete()
    plan_alerts([clock], now=times.now())
    _annul_false_breach(clock, reason if why == Why.CORRECTION else f"recounted after an event on {at.isoformat()}")
    recount_followers(clock, why, work, at=at, actor=actor, paper=paper)
    store_due_of(clock)


def note_change(
    clock: Clock, why: str, before: Clock, *, at: datetime, actor: Actor, paper: str, reason: str = ""
) -> None:
    ClockChange.objects.create(
        clock=clock,
        why=why,
        agency_id=actor.agency_id,
        happened_at=at,
        paper=paper,
        reason=reason,
        was_due_at=before.due_at,
        was_breach_at=before.breach_at,
        was_stopped_at=before.stopped_at if why == Why.CORRECTION else None,
        due_at=clock.due_at,
        breach_at=clock.breach_at,
        provisional=clock.provisional,
    )


def _annul_false_breach(clock: Clock, because: str) -> None:
    """Late records may show that a duty was not missed, or not yet."""
    raised = Breach.objects.filter(clock=clock, annulled_at=None)
    if clock.breach_at is not None:
        raised = raised.filter(breached_at__lt=clock.breach_at)
    raised.update(annulled_at=times.now(), annulled_because=because)


def _record_recount(clock: Clock, was: datetime | None) -> None:
    record_event(
        stream_of_clock(clock),
        actor=SYSTEM,
        action=Action(
            "recount",
            "clock",
            clock.pk,
            fields=["due_at"],
            data={"rule": clock.rule.code, "was": _text(was), "due_at": _text(clock.due_at)},
        ),
        audience=Audience(
            Event.Visibility.PAIR if clock.private else Event.Visibility.STATUS,
            counterpart_id=clock.owner_id,
            notify=[clock.owner_id],
        ),
    )


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
