"""The journal: audit trail, timeline and outbox source in one table (留痕).

It is append-only and chained per stream. The chain holds digests, not contents: names, reasons and values are in
`EventNote` and may be erased by law without breaking the chain.
"""

import uuid
from collections.abc import Iterable
from copy import copy
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.encryption import EncryptedJSONField, EncryptedTextField
from agencies.kernel.records import Desk, Stateful


class Stream(models.Model):
    """One chain: of a case, a lead, a confidential letter, a campaign, an agency or the system.

    Its row is locked during an append.
    """

    class Kind(models.TextChoices):
        CASE = "case"
        LEAD = "lead"
        CONFIDENTIAL = "confidential"
        CAMPAIGN = "campaign"
        PREVENTION = "prevention"
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
        """`kind:subject`. Unlike the serial id it does not reveal how many streams there are."""
        return f"{self.kind}:{self.subject}"


SYSTEM_STREAM = uuid.UUID(int=0)


CORRECT, ANNUL = "correct", "annul"  # verbs of events that correct or annul an earlier one
REMARK = "remark"  # verb of an event that adds words to an earlier one


class EventQuerySet(models.QuerySet["Event"]):
    def of_stream(self, kind: str, subject: uuid.UUID) -> "EventQuerySet":
        return self.filter(stream__kind=kind, stream__subject=subject)

    def readable_by_agency(self, agency_id: int | None) -> "EventQuerySet":
        """Limits a case's stream to what an agency that shares the case may read."""
        return self.filter(
            Q(visibility__in=[Event.Visibility.CASE, Event.Visibility.STATUS])
            | Q(agency_id=agency_id)
            | Q(visibility=Event.Visibility.PAIR, counterpart_id=agency_id)
        )

    def with_corrections(self) -> "EventQuerySet":
        """Adds `later_annulled` and `later_at` (see `later_corrections`), so that a page needs no extra query."""
        return self.annotate(**later_corrections("pk"))


def later_corrections(event: str) -> dict[str, Any]:
    """Returns annotations for later corrections of an event whose id is in the column `event`."""
    later = Event.objects.filter(refers_to=OuterRef(event))
    return {
        "later_annulled": Exists(later.filter(verb=ANNUL)),
        "later_at": Subquery(later.filter(verb=CORRECT).order_by("-id").values("happened_at")[:1]),
    }


def _moved(event: "Event", at: datetime) -> "Event":
    moved = copy(event)
    moved.happened_at = at
    return moved


def effective_events(events: "Iterable[Event]") -> "list[Event]":
    """Returns the effective events of whole objects in order: without annulled ones, each at its corrected time.

    Events that correct or annul are left out, because they concern the record and not the matter.
    """
    ordered = sorted(events, key=lambda event: event.pk)
    annulled = {event.refers_to_id for event in ordered if event.verb == ANNUL}
    times = {event.refers_to_id: event.happened_at for event in ordered if event.verb == CORRECT}
    own = [event for event in ordered if event.pk not in annulled and event.refers_to_id is None]
    effective = [_moved(event, times[event.pk]) if event.pk in times else event for event in own]
    return sorted(effective, key=lambda event: (event.happened_at, event.pk))


class Event(models.Model):
    """One event. It names its actor by kind and id, so that the journal depends on no other app."""

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
    # The exact hashed text. A JSON column would reorder its keys.
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
        # The id comes first: a planner without statistics prefers the kind and reads all rows of one kind.
        indexes = [models.Index(fields=["object_id", "object_kind", "id"], name="event_by_subject")]

    @property
    def remark(self) -> "EventNote | None":
        """The note of the event, None once it is erased."""
        return getattr(self, "note", None)


def _is_confidential(note: "EventNote") -> bool:
    return note.event.stream.kind == Stream.Kind.CONFIDENTIAL


class EventNote(models.Model):
    """Names, reasons and values of an event. The chain holds a salted digest; the text here may be erased.

    The note of a confidential letter is encrypted, like the letter.
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
    """A person who ever drafted, edited or handled an object or was on its team, with the first event that records it.

    It is written with its event, whose hashed content names the same people (`involves`). The database refuses to
    change or delete a row, as for events.
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
        """Limits to steps of the actor's agency and steps it recorded."""
        if not actor.is_staff:
            return self.none()
        return self.filter(Q(agency_id=actor.agency_id) | Q(recorder_id=actor.agency_id))


class ProxyStep(Stateful):
    """A step recorded for an agency that did not sign in (代录). When it signs in, it confirms or disputes the step."""

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
        """Limits to deliveries given up after the maximum of attempts."""
        return self.filter(done_at=None, attempts__gte=Delivery.MOST_ATTEMPTS)


class Delivery(models.Model):
    """The outbox: one event to be delivered to one agency. It commits with the event; Redis only wakes the worker.

    With `person_id` it addresses that person alone, and `because` says why. With `because` OWN it addresses the actor's
    colleagues who handle the matter.
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
    last_error = models.CharField(max_length=200, blank=True)  # class and code only, never the message of an exception

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
    """How long an object was in one state with one holder (停留), written when it leaves.

    The intervals of an object have no gaps and no overlaps. The present one begins where the last one ends.
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
