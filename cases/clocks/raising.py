"""The sweep: raising breaches, expiries and warnings, and notifying the agencies.

Raising takes a constant number of queries. The database decides by its own time what is late, so that a wrong worker
clock raises nothing early. Unique constraints allow concurrent runs.

Notifying appends one event each, because the journal is chained. The next run notifies what was raised and not yet
notified.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, Subquery

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM
from agencies.kernel.work import atomic
from agencies.runs.one_by_one import deferred_keys, process_each

from .due_times import stream_of_clock
from .models import Alert, Breach, Clock, PeriodKind
from .models.rules import DAYS_TO_HAND_OVER

BATCH = 500


def raise_missed_before(case_id: UUID) -> None:
    """Records each duty of a case that was missed before the case was recorded here, with its event at the true time.
    No one is notified: the agency knows, and its lists show the period as late."""
    missed = Q(stopped_at=None) | Q(stopped_at__gt=F("breach_at"))
    _raise_breaches(missed & Q(case=case_id))
    for breach in Breach.objects.filter(clock__case=case_id, notified_at=None).select_related("clock__rule"):
        Breach.objects.filter(pk=breach.pk).update(notified_at=times.now())
        _record_breach(breach, notify=set())


def raise_breaches() -> int:
    """Raises each missed duty once, at its true time. Returns how many were raised.

    Two queries, for running clocks and for those stopped late: each has its own index, and a combined query would
    read every clock.
    """
    return sum(_raise_breaches(late) for late in (Q(stopped_at=None), Q(stopped_at__gt=F("breach_at"))))


def _raise_breaches(late: Q) -> int:
    raised = Breach.objects.filter(clock=OuterRef("pk"), annulled_at=None)
    late_duties = Clock.objects.filter(late, rule__kind=PeriodKind.DUTY, breach_at__lt=times.database_now())
    missed = late_duties.exclude(Exists(raised)).order_by()
    rows: Any = missed.values_list("pk", "breach_at")
    made = [Breach(clock_id=pk, breached_at=at) for pk, at in rows]
    return len(Breach.objects.bulk_create(made, batch_size=BATCH, ignore_conflicts=True))


def raise_alerts() -> int:
    """Raises every planned alert of running clocks whose time has come. Returns how many were raised."""
    running = Clock.objects.filter(stopped_at=None).values("pk")
    return Alert.objects.filter(raised_at=None, at__lt=times.database_now(), clock__in=running).update(
        raised_at=times.database_now()
    )


def raise_bridges() -> int:
    """Raises an alert if an administrative measure ends before the latest lawful filing and hand-over of goods: goods
    or money would be without a measure in between.

    Once for each end of a measure, however often it runs. A period that is extended is checked again.
    """
    by_days: dict[int, list[str]] = {}
    for code, days in DAYS_TO_HAND_OVER.items():
        by_days.setdefault(days, []).append(code)
    return sum(_raise_bridges(codes, timedelta(days=days)) for days, codes in by_days.items())


def _raise_bridges(codes: list[str], ahead: timedelta) -> int:
    review = OuterRef("pk")
    latest = ExpressionWrapper(OuterRef("due_at") + ahead, output_field=models.DateTimeField())
    ends = (
        Clock.objects.bridged().filter(case=OuterRef("case"), due_at__lt=latest).order_by("due_at").values("due_at")[:1]
    )
    short = (
        Clock.objects.running()
        .filter(rule__code__in=codes, subject_kind="referral", due_at__isnull=False)
        .annotate(ends=Subquery(ends), now=times.database_now())
        .exclude(ends=None)
        .exclude(Exists(Alert.objects.filter(clock=review, mark=Alert.BRIDGE, due_at=OuterRef("ends"))))
        .order_by()
    )
    made = [
        Alert(clock_id=pk, mark=Alert.BRIDGE, due_at=end, at=now, raised_at=now)
        for pk, end, now in short.values_list("pk", "ends", "now")
    ]
    return len(Alert.objects.bulk_create(made, batch_size=BATCH, ignore_conflicts=True))


def notify_raised() -> int:
    """Records an event and notifies the agencies for each raised row, each in its own transaction. Returns how many.
    An interrupted run can be repeated.
    """
    return sum(
        notify_each(model, notify, queue=f"clocks.{model._meta.model_name}", batch=BATCH)
        for model, notify in ((Breach, _notify_breach), (Alert, _notify_alert))
    )


def notify_each(model: type[Any], notify: Callable[[Any], None], *, queue: str, batch: int) -> int:
    """Notifies of the rows that were raised and not yet notified, at most `batch`. Returns how many.

    Each row has a clock, and a time in `raised_at` and `notified_at`.
    """
    waiting = model.objects.filter(notified_at=None, raised_at__isnull=False).exclude(pk__in=deferred_keys(queue))

    def notify_once(raised: Any) -> bool:
        with atomic():
            # Only the process that marks the row notifies; a concurrent sweep finds it marked.
            if not model.objects.filter(pk=raised.pk, notified_at=None).update(notified_at=times.now()):
                return False
            notify(raised)
            return True

    listed = waiting.select_related("clock__rule").order_by("pk")[:batch]
    return sum(process_each(queue, listed, notify_once, key=lambda raised: raised.pk))


def _notify_breach(breach: Breach) -> None:
    _record_breach(breach, notify={breach.clock.agency_id, breach.clock.holder_id})


def _record_breach(breach: Breach, *, notify: set[int | None]) -> None:
    clock = breach.clock
    visibility = Event.Visibility.PAIR if clock.private else Event.Visibility.STATUS
    _notify(clock, "breach", at=breach.breached_at, visibility=visibility, notify=notify)


def _notify_alert(alert: Alert) -> None:
    """A warning goes to the owing agency only; an expiry goes to the agency that must release."""
    if alert.mark == Alert.BRIDGE:
        _notify_bridge(alert)
        return
    verb = "expire" if alert.mark == Alert.EXPIRED else "near"
    _notify(
        alert.clock, verb, at=alert.at, visibility=Event.Visibility.PAIR, notify={alert.clock.owner_id}, mark=alert.mark
    )


def _notify_bridge(alert: Alert) -> None:
    """Recorded on the referral for the agency of the measure and the other side, which learns only when it ends."""
    review = alert.clock
    measure = Clock.objects.bridged().filter(case=review.case_id, due_at=alert.due_at).first()
    owner = measure.holder_id if measure else review.partner_id
    others = {review.owner_id, review.partner_id} - {owner, None}
    record_event(
        stream_of_clock(review),
        actor=replace(SYSTEM, agency_id=owner),
        action=Action(
            "bridge",
            review.subject_kind,
            review.subject_id,
            data={"rule": review.rule.code, "due_at": alert.due_at.isoformat()},
        ),
        happened_at=alert.at,
        audience=Audience(
            Event.Visibility.PAIR,
            counterpart_id=next(iter(others), None),
            notify=[agency for agency in {owner, *others} if agency],
        ),
    )


def _notify(clock: Clock, verb: str, *, at: datetime, visibility: str, notify: set[int | None], **more: Any) -> None:
    record_event(
        stream_of_clock(clock),
        actor=SYSTEM,
        action=Action(
            verb,
            clock.subject_kind,
            clock.subject_id,
            data={"rule": clock.rule.code, "due_at": clock.due_at.isoformat() if clock.due_at else None, **more},
        ),
        happened_at=at,
        audience=Audience(visibility, counterpart_id=clock.owner_id, notify=[agency for agency in notify if agency]),
    )
