"""Bulletin (通报): text with bound figures about a week or a month, issued by the coordination centre."""

from datetime import date, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.journal.digests import content_digest
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import pick
from agencies.kernel.records import Stateful
from agencies.organisations.models import Agency
from agencies.people.models import User


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    def visible_to(self, actor: Actor) -> Self:
        """What was issued, for everyone who reads cases. Before that, the centre and its staff."""
        if not actor.reads_cases:
            return self.none()
        if actor.is_centre:
            return self.all()
        return self.filter(Q(state__in=Bulletin.OUT) | Q(agency_id=actor.agency_id))

    def waiting(self) -> Self:
        return self.filter(state__in=(Bulletin.State.DRAFT, Bulletin.State.REVIEW))

    def published_beside(self, bulletin: "Bulletin") -> Self:
        """What left the agencies about days of its period, or about the next period with changes since then, other than
        editions of itself."""
        published = self.filter(
            distribution=Bulletin.Distribution.OUTSIDE,
            state__in=Bulletin.OUT,
            first__lte=bulletin.last + timedelta(days=31),
            last__gte=bulletin.first,
        )
        editions = Q(agency_id=bulletin.agency_id, kind=bulletin.kind, first=bulletin.first)
        return published.exclude(editions).order_by("first", "pk")


class Bulletin(Stateful):
    """`content` is everything on the sheet in both languages, with the figures as they were when the draft was
    submitted. It is frozen with `digest` at issue; a draft has none, because its figures follow the record.
    """

    class Kind(models.TextChoices):
        WEEKLY = "weekly", pgettext_lazy("bulletin", "Weekly")
        MONTHLY = "monthly", pgettext_lazy("bulletin", "Monthly")

    class Distribution(models.TextChoices):
        INTERNAL = "internal", _("Member agencies: exact figures")
        OUTSIDE = "outside", _("Published: rounded to the nearest five")

    class State(models.TextChoices):
        DRAFT = "DRAFT", pgettext_lazy("bulletin", "Draft")
        REVIEW = "REVIEW", pgettext_lazy("bulletin", "In review")
        ISSUED = "ISSUED", pgettext_lazy("bulletin", "Issued")
        REPLACED = "REPLACED", pgettext_lazy("bulletin", "Replaced")
        WITHDRAWN = "WITHDRAWN", pgettext_lazy("bulletin", "Withdrawn")
        DISCARDED = "DISCARDED", pgettext_lazy("bulletin", "Discarded")

    OUT = (State.ISSUED, State.REPLACED, State.WITHDRAWN)

    journal_kind = "bulletin"
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    first = models.DateField()
    last = models.DateField()
    distribution = models.CharField(max_length=8, choices=Distribution.choices, default=Distribution.INTERNAL)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    text_zh = models.TextField()
    text_en = models.TextField()
    cases = models.JSONField(default=list, blank=True, help_text="ids of typical cases that it contains")
    edition = models.PositiveSmallIntegerField(default=1)
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by")
    drafter = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=60, blank=True)
    content = models.JSONField(default=dict, blank=True)
    digest = models.CharField(max_length=80, blank=True)
    issuer = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(null=True, blank=True)
    remarks = models.TextField(blank=True, help_text="why it was last returned for revision")
    ending_reason = models.TextField(blank=True)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="bulletin_period"),
            models.UniqueConstraint(
                fields=["agency", "kind", "first", "edition"],
                condition=~Q(state="DISCARDED"),
                name="bulletin_once_per_period",
            ),
            models.UniqueConstraint(fields=["agency", "number"], condition=~Q(number=""), name="bulletin_number"),
            models.CheckConstraint(
                condition=~Q(state__in=["ISSUED", "REPLACED", "WITHDRAWN"])
                | (Q(issued_at__isnull=False) & ~Q(number="") & ~Q(digest="")),
                name="bulletin_issued_is_frozen",
            ),
        ]
        indexes = [models.Index(fields=["-first", "-id"], name="bulletin_by_period")]

    def __str__(self) -> str:
        return self.number or self.title

    @property
    def title(self) -> str:
        return pick(self.title_zh, self.title_en)

    @property
    def is_over(self) -> bool:
        return self.last < times.today()

    @property
    def is_out(self) -> bool:
        return self.state in self.OUT

    @property
    def is_whole(self) -> bool:
        """Whether the frozen content is the one that was issued."""
        return not self.digest or content_digest(self.content) == self.digest

    @property
    def period_before(self) -> tuple[date, date]:
        """The period with which figures are compared: the week or the calendar month before."""
        last = self.first - timedelta(days=1)
        if self.kind == self.Kind.MONTHLY:
            return last.replace(day=1), last
        return self.first - (self.last - self.first + timedelta(days=1)), last

    @property
    def as_of(self) -> Any:
        """Up to when the stored figures are complete, as text; "" for a draft."""
        return self.content.get("as_of", "")
