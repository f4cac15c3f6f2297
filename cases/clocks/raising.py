"""The sweep: raising what was missed, expired or drew near, and telling it.

Two steps. Raising takes a constant number of statements whatever the number of clocks: the database makes the rows
from its own time, so a worker with a wrong clock raises nothing early, and unique rows let it run twice or in two
places. Telling appends one event each: the journal is chained, so there every event is a statement of its own; a row
that was raised and not told yet is found by the next run.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery

from agencies.journal.actions import record_event
from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM
from agencies.kernel.bulk import insert_from
from agencies.runs.one_by_one import deferred_keys, process_each

from .actions import stream_of_clock
from .models import Alert, Breach, Clock, Kind

BATCH = 500


def raise_breaches() -> int:
    """Each missed duty once, at its true time, however late it is noticed.

    Two statements, for what runs and for what was done too late: each has an index of its own, and a question that
    asks for both would read every clock there ever was.
    """
    return sum(_raise_breaches(late) for late in (Q(stopped_at=None), Q(stopped_at__gt=F("breach_at"))))


def _raise_breaches(late: Q) -> int:
    raised = Breach.objects.filter(clock=OuterRef("pk"), annulled_at=None)
    missed = (
        Clock.objects.filter(late, rule__kind=Kind.DUTY, breach_at__lt=times.database_now())
        .exclude(Exists(raised))
        .annotate(now=times.database_now(), nothing=models.Value("", output_field=models.TextField()))
        .order_by()
    )
    made = missed.values_list("pk", "breach_at", "now", "nothing")
    return insert_from(Breach, ["clock", "breached_at", "raised_at", "annulled_because"], made)


def raise_alerts() -> int:
    """Every planned warning and expiry whose time has come, of what still runs."""
    running = Clock.objects.filter(stopped_at=None).values("pk")
    return Alert.objects.filter(raised_at=None, at__lt=times.database_now(), clock__in=running).update(
        raised_at=times.database_now()
    )


# The filing review of a transfer, by the offence.
REVIEWS = ("TRF_REVIEW", "TRF_REVIEW_ECO")


def raise_bridges() -> int:
    """A sender's measure that ends before the receiver's review may: nobody would hold the goods or the money between.

    Once for each end of a measure, however often this runs; a review that is extended is looked at again.
    """
    review = OuterRef("pk")
    measures = Clock.objects.running().filter(
        rule__kind=Kind.VALIDITY, case=OuterRef("case"), holder=OuterRef("partner"), due_at__lt=OuterRef("due_at")
    )
    ends = measures.order_by("due_at").values("due_at")[:1]
    short = (
        Clock.objects.running()
        .filter(rule__code__in=REVIEWS, partner__isnull=False, due_at__isnull=False)
        .annotate(ends=Subquery(ends), mark=models.Value(Alert.BRIDGE), now=times.database_now())
        .exclude(ends=None)
        .exclude(Exists(Alert.objects.filter(clock=review, mark=Alert.BRIDGE, due_at=OuterRef("ends"))))
        .order_by()
    )
    return insert_from(
        Alert, ["clock", "mark", "due_at", "at", "raised_at"], short.values_list("pk", "mark", "ends", "now", "now")
    )


def notify_raised(batch: int = BATCH) -> int:
    """Tells the journal and the agencies of what was raised. Each with its own commit: cut short, it goes on."""
    told = 0
    for model, tell in ((Breach, _tell_breach), (Alert, _tell_alert)):
        told += _tell_each(model, tell, batch)
    return told


def _tell_each(model: type[Any], tell: Callable[[Any], None], batch: int) -> int:
    queue = f"clocks.{model._meta.model_name}"
    waiting = model.objects.filter(told_at=None, raised_at__isnull=False).exclude(pk__in=deferred_keys(queue))

    def tell_once(raised: Any) -> bool:
        with transaction.atomic():
            # Whoever marks it tells it: a second sweeper finds it marked.
            if not model.objects.filter(pk=raised.pk, told_at=None).update(told_at=times.now()):
                return False
            tell(raised)
            return True

    listed = waiting.select_related("clock__rule").order_by("pk")[:batch]
    return sum(process_each(queue, listed, tell_once, key=lambda raised: raised.pk))


def _tell_breach(breach: Breach) -> None:
    clock = breach.clock
    visibility = Event.Visibility.PAIR if clock.private else Event.Visibility.STATUS
    _tell(clock, "breach", at=breach.breached_at, visibility=visibility, notify={clock.agency_id, clock.holder_id})


def _tell_alert(alert: Alert) -> None:
    """A warning is the owing agency's own affair; that a measure has expired is told to whoever must release it."""
    if alert.mark == Alert.BRIDGE:
        _tell_bridge(alert)
        return
    verb = "expire" if alert.mark == Alert.EXPIRED else "near"
    _tell(
        alert.clock, verb, at=alert.at, visibility=Event.Visibility.PAIR, notify={alert.clock.owner_id}, mark=alert.mark
    )


def _tell_bridge(alert: Alert) -> None:
    """On the referral itself, which both sides see; the sender's measure is the receiver's business only by its end."""
    review = alert.clock
    record_event(
        stream_of_clock(review),
        actor=replace(SYSTEM, agency_id=review.partner_id),
        verb="bridge",
        object_kind=review.subject_kind,
        object_id=review.subject_id,
        happened_at=alert.at,
        data={"rule": review.rule.code, "due_at": alert.due_at.isoformat()},
        visibility=Event.Visibility.PAIR,
        counterpart_id=review.agency_id,
        notify=[agency for agency in {review.agency_id, review.partner_id} if agency],
    )


def _tell(clock: Clock, verb: str, *, at: datetime, visibility: str, notify: set[int | None], **more: Any) -> None:
    record_event(
        stream_of_clock(clock),
        actor=SYSTEM,
        verb=verb,
        object_kind=clock.subject_kind,
        object_id=clock.subject_id,
        happened_at=at,
        data={"rule": clock.rule.code, "due_at": clock.due_at.isoformat() if clock.due_at else None, **more},
        visibility=visibility,
        counterpart_id=clock.owner_id,
        notify=[agency for agency in notify if agency],
    )
