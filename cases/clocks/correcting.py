"""Corrects periods after an earlier act was corrected or annulled."""

from copy import copy
from datetime import datetime
from typing import Any
from uuid import UUID

from agencies.calendar.workdays import load_calendar
from agencies.kernel import times
from agencies.kernel.actor import Actor

from .alerts import plan_alerts
from .due_times import Why, note_change, recount_clock, store_due_times
from .models import (
    Breach,
    Clock,
    Timed,
)


def shift_clocks(subject: Timed, *, was: datetime, at: datetime, actor: Actor, paper: str, reason: str) -> None:
    """Corrects the time of an event: what it started or stopped is counted from the new time."""
    details: dict[str, Any] = {"at": times.now(), "actor": actor, "paper": paper, "reason": reason}
    work = load_calendar()
    for clock in Clock.objects.about(subject).filter(started_at=was).select_related("rule"):
        before, moved = copy(clock), _moved(clock, was, at)
        Clock.objects.filter(pk=clock.pk).update(**moved)
        for name, moment in moved.items():
            setattr(clock, name, moment)
        if clock.stopped_at != before.stopped_at:
            note_change(clock, Why.CORRECTION, before, **details)
        recount_clock(clock, Why.CORRECTION, work, **details)
        # A breach raised at a wrong time is annulled; the sweep raises the right one.
        raised = Breach.objects.filter(clock=clock, annulled_at=None)
        wrong = raised.exclude(breached_at=clock.breach_at) if clock.breach_at else raised
        wrong.update(annulled_at=times.now(), annulled_because=reason)
        _annul_breach_of_stopped(clock, reason)
    for clock in Clock.objects.about(subject).filter(stopped_at=was).select_related("rule"):
        before, clock.stopped_at = copy(clock), max(at, clock.started_at)
        Clock.objects.filter(pk=clock.pk).update(stopped_at=clock.stopped_at)
        note_change(clock, Why.CORRECTION, before, **details)
        _annul_breach_of_stopped(clock, reason)
    store_due_times(subject, _case_of(subject))


def _moved(clock: Clock, was: datetime, at: datetime) -> dict[str, datetime]:
    """The times of a clock that started at another time: one that was stopped before has run no time."""
    held = {name: getattr(clock, name) for name in ("started_at", "state_since", "stopped_at")}
    return {name: at if moment == was else max(moment, at) for name, moment in held.items() if moment is not None}


def retract_clocks(subject: Timed, *, at: datetime, actor: Actor, paper: str, reason: str) -> None:
    """Corrects an event that never happened: what it started has run no time, what it stopped runs again."""
    details: dict[str, Any] = {"at": times.now(), "actor": actor, "paper": paper, "reason": reason}
    for clock in Clock.objects.about(subject).filter(started_at=at):
        before, clock.stopped_at = copy(clock), clock.started_at
        Clock.objects.filter(pk=clock.pk).update(state=Clock.State.STOPPED, stopped_at=clock.stopped_at)
        note_change(clock, Why.CORRECTION, before, **details)
        _annul_breach_of_stopped(clock, reason)
    for clock in Clock.objects.about(subject).filter(stopped_at=at, started_at__lt=at):
        before, clock.stopped_at = copy(clock), None
        Clock.objects.filter(pk=clock.pk).update(state=Clock.State.RUNNING, stopped_at=None)
        note_change(clock, Why.CORRECTION, before, **details)
        plan_alerts([clock], now=times.now())
    store_due_times(subject, _case_of(subject))


def shift_manual_changes(clock: Clock, *, was: datetime, at: datetime, actor: Actor, paper: str, reason: str) -> None:
    """Corrects the time of a manual change: start or end of a pause, or grant of an extension."""
    clock.pauses.filter(since=was).update(since=at)
    clock.pauses.filter(until=was).update(until=at)
    clock.extensions.filter(granted_at=was).update(granted_at=at)
    recount_clock(clock, Why.CORRECTION, load_calendar(), at=times.now(), actor=actor, paper=paper, reason=reason)


def retract_manual_changes(clock: Clock, *, at: datetime, actor: Actor, paper: str, reason: str) -> None:
    """Corrects a manual change that never happened.

    The row of an extension is deleted, so that it may be granted again. The journal and the history of the due time
    keep it.
    """
    clock.extensions.filter(granted_at=at).delete()
    ended = list(clock.pauses.filter(until=at).values_list("pk", flat=True))
    clock.pauses.filter(since=at, until=None).update(until=at)
    clock.pauses.filter(pk__in=ended).update(until=None)
    recount_clock(clock, Why.CORRECTION, load_calendar(), at=times.now(), actor=actor, paper=paper, reason=reason)


def _case_of(subject: Timed) -> UUID | None:
    return Clock.objects.about(subject).values_list("case_id", flat=True).first()


def _annul_breach_of_stopped(clock: Clock, reason: str) -> None:
    """A duty performed by its end, or that never began, was not missed."""
    if clock.stopped_at is not None and (clock.breach_at is None or clock.stopped_at <= clock.breach_at):
        raised = Breach.objects.filter(clock=clock, annulled_at=None)
        raised.update(annulled_at=times.now(), annulled_because=reason)
