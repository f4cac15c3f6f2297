"""Circulars (批量函件): one text of an agency that goes to many exporters, to each as a letter of its own."""

from typing import Any, Self

from django.db import models
from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.actor import Actor
from agencies.kernel.records import Record
from agencies.organisations.models import Agency
from agencies.people.models import User
from coordination.exchange.letters.models import Letter, OpenQuerySet, optional_link
from coordination.prevention.campaigns import campaign_column
from coordination.prevention.exporters.models import Exporter
from coordination.prevention.warnings.models import ExporterLetter

TWO_READERS_ABOVE = 200
"""For more addressees two persons confirm the text. A policy of the centre."""
NAME = "企业名称"
"""The field of the text in which each letter has the name of its addressee: {企业名称}."""


class CircularQuerySet(OpenQuerySet["Circular"]):
    def visible_to(self, actor: Actor) -> Self:
        """Circulars of the actor's own agency; the centre sees all, as it sees their letters, which are about no case.
        No other agency sees them."""
        if actor.is_centre:
            return self.all()
        return self.filter(agency_id=actor.agency_id) if actor.is_staff else self.none()

    def counted(self) -> Self:
        """Adds `addressed`, the number of addressees, and `written`, that of their letters. How these
        fare is not counted: each says that itself."""
        return self.annotate(addressed=Count("addressees"), written=Count("addressees__letter"))


class Circular(Letter):
    """One text for many exporters of the register of its agency.

    What it shares with each letter has the same column there: `text` with releasable facts alone, in which {企业名称}
    becomes the name of the addressee, `remark` for the agency alone, `due_at` and `venue`. `readers` are those who
    confirmed the text as it is.
    """

    class Kind(models.TextChoices):
        """The kinds that a unit lead sends. A reply answers one question, and a suspension is decided by itself."""

        GUIDANCE = ExporterLetter.Kind.GUIDANCE.value, ExporterLetter.Kind.GUIDANCE.label
        TALK = ExporterLetter.Kind.TALK.value, ExporterLetter.Kind.TALK.label
        WARNING = ExporterLetter.Kind.WARNING.value, ExporterLetter.Kind.WARNING.label

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        REVIEW = "REVIEW", _("With the second reader")
        READ = "READ", _("Confirmed, to be sent")
        SENDING = "SENDING", pgettext_lazy("circular", "Letters are being written")
        SENT = "SENT", pgettext_lazy("circular", "Letters written")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    OPEN_STATES = (State.DRAFT, State.REVIEW, State.READ, State.SENDING)

    journal_kind = "circular"
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="who writes it")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=14, choices=State.choices, default=State.DRAFT)
    title = models.CharField(max_length=200)
    text = models.TextField(help_text="releasable facts alone")
    remark = models.TextField(blank=True, help_text="for the agency alone; it leaves in nothing")
    campaign = campaign_column()
    venue = models.CharField(max_length=200, blank=True, help_text="of a talk")
    due_at = models.DateTimeField(null=True, blank=True, help_text="for the answers; of a talk its time")
    handler = optional_link(User)
    readers = models.ManyToManyField(User, related_name="+", blank=True)
    to_revise = models.TextField(blank=True, help_text="why it was returned, until it is submitted again")
    sent_at = models.DateTimeField(null=True, blank=True, help_text="when it was decided to send it")
    reason = models.TextField(blank=True, help_text="why it was withdrawn or ended early")

    objects = CircularQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["agency", "state"], name="circular_by_agency")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_talk(self) -> bool:
        return self.kind == self.Kind.TALK

    def readers_needed(self) -> int:
        return 2 if self.addressees.count() > TWO_READERS_ABOVE else 1

    def is_read(self) -> bool:
        """Whether as many persons confirmed the text as its addressees need."""
        return self.readers.count() >= self.readers_needed()


class AddresseeQuerySet(models.QuerySet["Addressee"]):
    def without_letter(self) -> Self:
        return self.filter(letter=None)


class Addressee(Record):
    """An exporter that gets a circular, and its letter once that is written: one letter at most."""

    circular = models.ForeignKey(Circular, on_delete=models.CASCADE, related_name="addressees")
    exporter = models.ForeignKey(Exporter, on_delete=models.PROTECT, related_name="addressed")
    letter: Any = models.OneToOneField(
        ExporterLetter, null=True, blank=True, on_delete=models.PROTECT, related_name="addressee"
    )

    objects = AddresseeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circular", "exporter"], name="addressee_once_in_circular")]
        ordering = ["exporter__name", "pk"]

    def __str__(self) -> str:
        return self.exporter.name
