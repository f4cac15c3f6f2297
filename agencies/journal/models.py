"""The journal: audit trail, timeline and outbox source are this one table (留痕).

Append-only, chained per stream. The chain holds digests, not contents: what a person wrote stands in `EventNote`
and may be erased by law without breaking the chain.
"""

import uuid
from collections.abc import Iterable
from copy import copy
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.encryption import EncryptedJSONField, EncryptedTextField
from agencies.kernel.records import Desk, Stateful


class Stream(models.Model):
    """One chain: a case, a lead, a confidential letter, an agency or the system. Its row is locked while it grows."""

    class Kind(models.TextChoices):
        CASE = "case"
        LEAD = "lead"
        CONFIDENTIAL = "confidential"
        AGENCY = "agency"
        SYSTEM = "system"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    subject = models.UUIDField()
    head_seq = models.PositiveIntegerField(default=0)
    head_hash = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="stream_one_per_subject")]

    @property
    def name(self) -> str:
        """`kind:subject`: unlike the serial id it says nothing of how many streams there are."""
        return f"{self.kind}:{self.subject}"


SYSTEM_STREAM = uuid.UUID(int=0)


CORRECT, ANNUL = "correct", "annul"  # verbs of the events that put an earlier one right


class EventQuerySet(models.QuerySet["Event"]):
    def of_stream(self, kind: str, subject: uuid.UUID) -> "EventQuerySet":
        return self.filter(stream__kind=kind, stream__subject=subject)

    def readable_by_agency(self, agency_id: int | None) -> "EventQuerySet":
        """What an agency that shares the case may read of its stream."""
        return self.filter(
            Q(visibility__in=[Event.Visibility.CASE, Event.Visibility.STATUS])
            | Q(agency_id=agency_id)
            | Q(visibility=Event.Visibility.PAIR, counterpart_id=agency_id)
        )

    def with_corrections(self) -> "EventQuerySet":
        """With what was said of each later (`later_annulled`, `later_at`), so that a page needs no query of its own."""
        return self.annotate(**later_corrections("pk"))

    def latest_of(self, object_kind: str, object_id: uuid.UUID) -> "Event | None":
        return self.filter(object_kind=object_kind, object_id=object_id).order_by("-id").first()


def later_corrections(event: str) -> dict[str, Any]:
    """What puts an event right, as columns of a row that has the event's id in its column `event`."""
    later = Event.objects.filter(refers_to=OuterRef(event))
    return {
        "later_annulled": Exists(later.filter(verb=ANNUL)),
        "later_at": Subquery(later.filter(verb=CORRECT).order_by("-id").values("happened_at")[:1]),
    }


def effective_events(events: "Iterable[Event]") -> "list[Event]":
    """What holds of the events of whole things: without the annulled ones, each at its corrected time, in its order.

    Events that annul or correct are left out: they tell of the record, not of the matter.
    """
    told = sorted(events, key=lambda event: event.pk)
    annulled = {event.refers_to_id for event in told if event.verb == ANNUL}
    times = {event.refers_to_id: event.happened_at for event in told if event.verb == CORRECT}
    kept = [copy(event) for event in told if event.pk not in annulled and event.refers_to_id is None]
    for event in kept:
        event.happened_at = times.get(event.pk, event.happened_at)
    return sorted(kept, key=lambda event: (event.happened_at, event.pk))


class Event(models.Model):
    """One thing that happened. Names its actor by kind and id, so that the journal stands below everything."""

    class Visibility(models.TextChoices):
        CASE = "case"
        STATUS = "status"
        PAIR = "pair"
        OWN = "own"

    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    recorded_at = models.DateTimeField(db_index=True)
    happened_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=40)
    agency_id = models.BigIntegerField(null=True)
    counterpart_id = models.BigIntegerField(null=True)
    on_behalf_of_id = models.BigIntegerField(null=True, help_text="whose step it is, where another agency records it")
    refers_to = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="referred_by")
    verb = models.CharField(max_length=40)
    object_kind = models.CharField(max_length=20)
    object_id = models.UUIDField()
    from_state = models.CharField(max_length=24, blank=True)
    to_state = models.CharField(max_length=24, blank=True)
    fields = models.CharField(max_length=400, blank=True, help_text="names of the fields that changed, no values")
    visibility = models.CharField(max_length=8, choices=Visibility.choices)
    # The exact text that was hashed: a JSON column would reorder its keys.
    body = models.TextField()
    algorithm = models.CharField(max_length=8)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "seq"], name="event_one_per_seq"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="event_seq_from_one"),
        ]
        # Led by the id: a planner without statistics takes the kind for the better filter and reads all of one kind.
        indexes = [models.Index(fields=["object_id", "object_kind", "id"], name="event_by_subject")]

    @property
    def remark(self) -> "EventNote | None":
        """The words beside the event; None once they are erased."""
        return getattr(self, "note", None)


def _is_confidential(note: "EventNote") -> bool:
    return note.event.stream.kind == Stream.Kind.CONFIDENTIAL


class EventNote(models.Model):
    """Names, reasons and values beside an event: salted digest in the chain, text here, erasable.

    Of a confidential letter they are encrypted, as the letter itself is.
    """

    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="note", primary_key=True)
    salt = models.CharField(max_length=32)
    actor_name = models.CharField(max_length=200, blank=True)
    agency_name = models.CharField(max_length=200, blank=True)
    reason = EncryptedTextField(blank=True, encrypted_if=_is_confidential)
    data = EncryptedJSONField(default=dict, encrypted_if=_is_confidential)

    def content(self) -> dict[str, Any]:
        return {
            "actor_name": self.actor_name,
            "agency_name": self.agency_name,
            "reason": self.reason,
            "data": self.data,
        }


class Involvement(models.Model):
    """Who ever drafted or edited a thing, was on its team or had it in hand, by the event that first says so.

    Written with its event, whose hashed text names the same persons (`involves`), and never taken away: the database
    refuses to change or delete a row, as for events.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="involvements")
    object_kind = models.CharField(max_length=20)
    object_id = models.UUIDField()
    person_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["object_kind", "object_id", "person_id"], name="involved_once"),
        ]


class ProxyStepQuerySet(models.QuerySet["ProxyStep"]):
    def visible_to(self, actor: Actor) -> "ProxyStepQuerySet":
        """The agency whose step it is, and the one that recorded it."""
        if not actor.is_staff:
            return self.none()
        return self.filter(Q(agency_id=actor.agency_id) | Q(recorder_id=actor.agency_id))


class ProxyStep(Stateful):
    """A step that was recorded for an agency which did not sign in; once it joins, it confirms or disputes (代录)."""

    class State(models.TextChoices):
        RECORDED = "RECORDED", _("Recorded on behalf")
        CONFIRMED = "CONFIRMED", _("Confirmed")
        DISPUTED = "DISPUTED", _("Disputed")

    journal_kind = "proxy"
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECORDED)
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="proxy_step")
    agency_id = models.BigIntegerField(db_index=True)
    recorder_id = models.BigIntegerField(db_index=True)
    paper = models.CharField(max_length=200, help_text="number of the paper of the agency whose step it is")

    objects = ProxyStepQuerySet.as_manager()

    def __str__(self) -> str:
        return self.paper


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> "DeliveryQuerySet":
        return self.filter(done_at=None, attempts__lt=Delivery.MOST_ATTEMPTS)

    def dead(self) -> "DeliveryQuerySet":
        """Given up after some tries; nobody has heard of these."""
        return self.filter(done_at=None, attempts__gte=Delivery.MOST_ATTEMPTS)


class Delivery(models.Model):
    """The outbox: one agency that must hear of one event. Committed with the event; Redis only rings.

    With `person_id` it is for that person of the agency alone, `because` says why. Because of OWN it is for the
    colleagues of who acted: no news for the agency, but for those of them who have the matter in hand.
    """

    OWN = "own"
    MOST_ATTEMPTS = 5

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")
    agency_id = models.BigIntegerField()
    person_id = models.UUIDField(null=True, blank=True)
    because = models.CharField(max_length=12, blank=True)
    not_before = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)  # class and code, no words of an exception

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "agency_id"], condition=Q(person_id=None), name="delivery_once_per_agency"
            ),
            models.UniqueConstraint(fields=["event", "person_id"], name="delivery_once_per_person"),
        ]
        indexes = [models.Index(fields=["not_before"], condition=Q(done_at=None), name="delivery_waiting")]


class StateInterval(models.Model):
    """How long one thing was in one state on one desk, written when it leaves (停留).

    The stays of a thing have neither gaps nor overlaps; where it is now begins where the last of them ends.
    """

    object_kind = models.CharField(max_length=20)
    object_id = models.UUIDField()
    number = models.PositiveIntegerField(help_text="1, 2, 3 … of this thing")
    state = models.CharField(max_length=24)
    agency_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    person_id = models.UUIDField(null=True)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField()

    class Meta:
        ordering = ["object_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["object_id", "number"], name="stay_once_per_number"),
            models.CheckConstraint(condition=Q(left_at__gte=models.F("entered_at")), name="stay_ends_after_start"),
        ]
        indexes = [models.Index(fields=["object_kind", "left_at"], name="stay_by_kind")]

    @property
    def desk(self) -> Desk:
        return Desk(self.agency_id, self.unit_id, self.person_id)
