"""Outcomes (结果反馈): what became of a lead or a referral, one line for its sender with each event, unasked.

A line holds no words: it names the event, and what its reader may know of that is decided when he reads it.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.machines.models import ApiClient
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.models import Case, Handling
from cases.intake.models import Lead
from cases.proceedings.models import Decision, Proceeding
from cases.proceedings.models.wall import walled_rows
from cases.sharing.models import Share
from coordination.exchange.referrals.models import Referral

TICK = timedelta(microseconds=1)


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    def visible_to(self, actor: Actor) -> Self:
        """Its sender's: the agency's people, and every machine that reports for the same source system.

        The centre reads what it sees sent.
        """
        if actor.kind == "machine":
            sent = Q(client__isnull=False, lead__source_system__in=actor.sources)
            return self._unrestricted(actor).filter(sent, agency_id=actor.agency_id)
        if actor.is_centre:
            sent = Q(lead__in=Lead.objects.visible_to(actor).values("pk"))
            sent |= Q(referral__in=Referral.objects.visible_to(actor).values("pk"))
            return self._unrestricted(actor).filter(sent)
        return self._unrestricted(actor)._before_the_wall(actor) if actor.is_staff else self.none()

    def _unrestricted(self, actor: Actor) -> Self:
        """Of a restricted case that his agency does not share he hears no more than what happened to what he sent."""
        own = self if actor.is_centre else self.filter(agency_id=actor.agency_id)
        shares = Share.objects.live().filter(case=OuterRef("case"), agency=actor.agency_id)
        return own.filter(Q(case=None) | ~Q(case__handling=Handling.H3) | Exists(shares))

    def _before_the_wall(self, actor: Actor) -> Self:
        """Inside an anti-smuggling bureau the other capacity's steps stay on its side (行刑隔离)."""
        rows = self
        for kind, model, through in (("proceeding", Proceeding, "pk"), ("decision", Decision, "proceeding")):
            walled = walled_rows(model, through, actor)
            if walled is not None:
                rows = rows.exclude(event__object_kind=kind, event__object_id__in=walled)
        return rows

    def about(self, thing: Any) -> Self:
        return self.filter(**{"lead" if isinstance(thing, Lead) else "referral": thing})

    def counted(self) -> Self:
        """Those that the figures count: not what the sender did or recorded himself."""
        return self.filter(counted=True)

    def seen_in_time(self) -> Self:
        return self.counted().filter(seen_at__lte=models.F("due_at"))

    def missed(self, now: datetime | None = None) -> Self:
        """Not seen within the working day, and the day is over."""
        late = Q(seen_at__gt=models.F("due_at")) | Q(seen_at=None, due_at__lt=now or times.now())
        return self.counted().filter(late)


class Outcome(models.Model):
    """One event, told to the sender of one lead or of one referral.

    `case` is the case of which it tells (none: it happened to what was sent). `due_at` is the end of the first working
    day after the event was recorded. `changed_at` is the line's place in the feed: it grows with every change, in the
    order of commits and within one commit in the order of the events, and no two lines share it. So a machine that asks
    for what came after the last one it read misses nothing and never reads a later step first.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="outcomes")
    lead = models.ForeignKey(Lead, null=True, on_delete=models.CASCADE, related_name="outcomes")
    referral = models.ForeignKey(Referral, null=True, on_delete=models.CASCADE, related_name="outcomes")
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="outcomes", help_text="who sent it")
    client = models.ForeignKey(ApiClient, null=True, on_delete=models.PROTECT, related_name="outcomes")
    person = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", help_text="who wrote it")
    ground = models.CharField(max_length=12, choices=Lead.Closing.choices, blank=True)
    counted = models.BooleanField(default=True, help_text="False for what the sender did himself")
    told_at = models.DateTimeField()
    due_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, help_text="read in the application, or fetched by the machine")
    changed_at = models.DateTimeField()

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "lead"], condition=Q(lead__isnull=False), name="outcome_of_lead"),
            models.UniqueConstraint(
                fields=["event", "referral"], condition=Q(referral__isnull=False), name="outcome_of_referral"
            ),
            models.CheckConstraint(
                condition=Q(lead=None, referral__isnull=False) | Q(lead__isnull=False, referral=None),
                name="outcome_of_one_thing",
            ),
            models.UniqueConstraint(fields=["changed_at"], name="outcome_has_its_place"),
        ]
        indexes = [
            models.Index(fields=["client", "changed_at", "id"], name="outcome_by_client"),
            models.Index(fields=["agency", "changed_at", "id"], name="outcome_by_agency"),
            models.Index(fields=["told_at"], name="outcome_by_time"),
        ]

    @property
    def sent(self) -> Lead | Referral:
        found: Any = self.lead or self.referral  # Any: one of both, as the row's own check says
        one: Lead | Referral = found
        return one

    @property
    def code(self) -> str:
        """What happened, for machines: kind and verb, as the journal has them."""
        return f"{self.event.object_kind}.{self.event.verb}"


class Progress(models.Model):
    """How far the journal is told: a single row, and the lock of whoever tells it."""

    until = models.DateTimeField()
    last_change = models.DateTimeField()

    def next_change(self) -> datetime:
        """A place in the feed after every one that was given out. For who holds the lock; saved with the row."""
        self.last_change = max(times.now(), self.last_change + TICK)
        return self.last_change

    @classmethod
    def locked(cls, beginning: datetime) -> Self:
        cls.objects.get_or_create(pk=1, defaults={"until": beginning, "last_change": beginning})
        return cls.objects.select_for_update().get(pk=1)

    @classmethod
    def is_at(cls) -> datetime | None:
        return cls.objects.values_list("until", flat=True).first()


def shared_with(agency_id: int | None, cases: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these cases that this agency shares today."""
    return set(Share.objects.live().filter(agency=agency_id, case__in=set(cases)).values_list("case_id", flat=True))
