"""Planning of alerts. Rows are created with the due time, so that raising them takes one statement."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from .models import Alert, Clock, PeriodKind

USUAL = "50%;80%;24h"
NONE = "none"


def plan_alerts(clocks: Iterable[Clock], *, now: datetime) -> None:
    """Plans the alerts of clocks that were just started or recounted."""
    Alert.objects.bulk_create([alert for clock in clocks for alert in planned(clock, now)], ignore_conflicts=True)


def planned(clock: Clock, now: datetime) -> Iterator[Alert]:
    """Alerts still to come. A mark before `now` is skipped, because it is too late to act on it.

    The expiry of a measure is always planned, because the person or goods must be released.
    """
    if clock.due_at is None or clock.warn_by is None:
        return
    for mark in marks_of(clock):
        at = _moment(mark, clock.started_at, clock.warn_by)
        if max(clock.started_at, now) < at < clock.warn_by:
            yield Alert(clock=clock, mark=mark, due_at=clock.due_at, at=at)
    if clock.rule.kind == PeriodKind.VALIDITY:
        yield Alert(clock=clock, mark=Alert.EXPIRED, due_at=clock.due_at, at=clock.due_at)


def marks_of(clock: Clock) -> list[str]:
    """The marks of the clock. Empty if no agency here can act: a period of a party or court, or an earliest date."""
    marks, kind = clock.rule.warn_at or USUAL, clock.rule.kind
    ours = clock.agency_id is not None or kind == PeriodKind.VALIDITY
    return marks.split(";") if ours and kind != PeriodKind.EARLIEST and marks != NONE else []


def _moment(mark: str, started_at: datetime, end: datetime) -> datetime:
    if mark.endswith("%"):
        return started_at + (end - started_at) * int(mark[:-1]) / 100
    return end - timedelta(hours=int(mark.removesuffix("h")))
