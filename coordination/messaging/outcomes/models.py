"""Outcomes (结果反馈): what became of a lead or a referral, reported to its sender.

An outcome stores no text. It names the event; what the reader may know of it is decided when read.
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
        """Outcomes of the sender: people of the agency, and every machine of the same source system.

        The centre reads outcomes of what it sees sent.
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
        """For a restricted case that the agency does not share, only what happened to the item it sent."""
        own = self if actor.is_centre else self.filter(agency_id=actor.agency_id)
        shares = Share.objects.live().filter(case=OuterRef("case"), agency=actor.agency_id)
        return own.filter(Q(case=None) | ~Q(case__handling=Handling.H3) | Exists(shares))

    def _before_the_wall(self, actor: Actor) -> Self:
        """Hides steps of the other capacity inside an anti-smuggling bureau (行刑隔离)."""
        rows = self
        for kind, model, through in (("proceeding", Proceeding, "pk"), ("decision", Decision, "proceeding")):
            walled = walled_rows(model, through, actor)
            if walled is not None:
                rows = rows.exclude(event__object_kind=kind, event__object_id__in=walled)
        return rows

    def about(self, thing: Any) -> Self:
        return self.filter(**{"lead" if isinstance(thing, Lead) else "referral": thing})

    def counted(self) -> Self:
        """Outcomes that statistics count: without the sender's own actions and recordings."""
        return self.filter(counted=True)

    def seen_in_time(self) -> Self:
        return self.counted().filter(seen_at__lte=models.F("due_at"))

    def missed(self, now: datetime | None = None) -> Self:
        """Not seen by the end of the working day."""
        late = Q(seen_at__gt=models.F("due_at")) | Q(seen_at=None, due_at__lt=now or times.now())
        return self.counted().filter(late)


class Outcome(models.Model):
    """An event reported to the sender of one lead or referral.

    `case` is the case it happened in (None: it happened to the sent item). `due_at` is the end of the first working day
    after the event was recorded. `changed_at` is its position in the feed: unique, and increased with every change in
    commit order, within a commit in event order. A machine that reads on from its last position misses nothing and
    never gets a later step first.
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
    notified_at = models.DateTimeField()
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
            models.Index(fields=["notified_at"], name="outcome_by_time"),
        ]

    @property
    def sent(self) -> Lead | Referral:
        found: Any = self.lead or self.referral  # Any: one of both, by a check of the row
        one: Lead | Referral = found
        return one

    @property
    def code(self) -> str:
        """Kind and verb of the event, for machines."""
        return f"{self.event.object_kind}.{self.event.verb}"


class Progress(models.Model):
    """Position in the journal up to which outcomes are recorded: a single row, also used as the lock."""

    until = models.DateTimeField()
    last_change = models.DateTimeField()

    def next_change(self) -> datetime:
        """The next feed position. For the holder of the lock; saved with the row."""
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
    """Those of these cases that the agency shares today."""
    return set(Share.objects.live().filter(agency=agency_id, case__in=set(cases)).values_list("case_id", flat=True))
