"""Climbing: each rung raised once by unique rows, told once each with its own commit. Cut short, it goes on.

As in `cases.clocks.raising`: raising takes one statement a threshold whatever the number of clocks; telling is an event
each, for the journal is chained.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import DateTimeField, F, Q, Value
from django.utils import timezone

from agencies.journal.actions import record_event, tell_person
from agencies.kernel.actor import SYSTEM, Role
from agencies.kernel.bulk import insert_from
from agencies.people.models import Membership, OfficeHolder, User
from agencies.people.sight import actor_for
from cases.clocks.actions import stream_of_clock
from cases.clocks.models import Clock, subjects_of_clocks
from coordination.notifications.models import Because
from coordination.notifications.recipients import in_hand_of

from .models import Escalation, Rung, Threshold

BATCH = 200


def raise_rungs(now: datetime | None = None) -> int:
    """Every rung that a running duty has reached and that was not raised for its present end."""
    moment = now or timezone.now()
    thresholds = list(Threshold.objects.order_by("pk"))
    own = {one.rule_code for one in thresholds} - {""}
    return sum(_raise(one, own, moment) for one in thresholds)


def _raise(threshold: Threshold, own: set[str], moment: datetime) -> int:
    rule = Q(rule__code=threshold.rule_code) if threshold.rule_code else ~Q(rule__code__in=own)
    column = "due_at" if threshold.hours < 0 else "breach_at"
    reached = {f"{column}__lte": moment - timedelta(hours=threshold.hours)}
    clocks = Clock.objects.running().duties().filter(rule, organ__isnull=False, due_at__isnull=False, **reached)
    rows = clocks.order_by().annotate(
        rung_value=Value(threshold.rung), raised_value=Value(moment, output_field=DateTimeField())
    )
    columns = ["clock", "rung", "due_at", "raised_at"]
    return insert_from(Escalation, columns, rows.values_list("pk", "rung_value", F("due_at"), "raised_value"))


def tell_rungs(batch: int = BATCH) -> int:
    """Tells whoever stands on each rung and sees the matter."""
    waiting = Escalation.objects.filter(told_at=None).select_related("clock__rule").order_by("pk")[:batch]
    told = 0
    for one in waiting:
        with transaction.atomic():
            # Whoever marks it tells it: a second worker finds it marked.
            if Escalation.objects.filter(pk=one.pk, told_at=None).update(told_at=timezone.now()):
                _tell(one)
                told += 1
    return told


def _tell(one: Escalation) -> None:
    clock = one.clock
    event = record_event(
        stream_of_clock(clock),
        actor=SYSTEM,
        verb="escalate",
        object_kind=clock.subject_kind,
        object_id=clock.subject_id,
        happened_at=one.raised_at,
        data={"rule": clock.rule.code, "rung": one.rung, "due_at": one.due_at.isoformat()},
        reach="pair",
        counterpart_id=clock.owner_id,
    )
    for person in standing_on(one.rung, clock):
        tell_person(event, person.pk, organ_id=person.organ_id, because=Because.ESCALATED)


def standing_on(rung: str, clock: Clock) -> list[User]:
    """The people of a rung who may see what the clock runs on: nobody learns of a matter by its being late."""
    people = User.objects.filter(pk__in=_people(rung, clock), is_active=True).order_by("username")
    return [person for person in people if _sees(person, clock)]


def _people(rung: str, clock: Clock) -> set[UUID]:
    organ, held = clock.owner_id, Membership.objects.current()
    leads = held.filter(role=Role.LEAD, user__organ=organ).values_list("user_id", flat=True)
    match rung:
        case Rung.OFFICER:
            return in_hand_of(clock.subject_kind, clock.subject_id, organ) or set(leads)
        case Rung.LEAD:
            return set(leads)
        case Rung.OFFICE:
            return set(OfficeHolder.objects.current().filter(organ=organ).values_list("user_id", flat=True))
    return set(held.filter(role=Role.COORDINATOR).values_list("user_id", flat=True))


def _sees(person: User, clock: Clock) -> bool:
    # Any: what clocks run about are several nouns, each with a sight of its own.
    subject: Any = next(model for model in subjects_of_clocks() if model.clock_kind == clock.subject_kind)
    return bool(subject.objects.visible_to(actor_for(person)).filter(pk=clock.subject_id).exists())
