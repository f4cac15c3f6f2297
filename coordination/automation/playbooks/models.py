"""Playbooks (办案模板): the steps an experienced investigator takes for a violation, as versioned rows."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import NamedModel, pick
from agencies.people.models import User
from cases.controls.citations import cited
from cases.controls.models import ViolationType
from cases.proceedings.models import Proceeding

P = Proceeding.State
# States in which a step may start, by kind of proceeding: those on its path.
TRIGGERS: dict[str, tuple[str, ...]] = {
    Proceeding.Kind.COMMERCE: (P.VERIFY, P.FILED_ADM, P.INVESTIGATE, P.DECIDED),
    Proceeding.Kind.CUSTOMS: (P.VERIFY, P.FILED_ADM, P.INVESTIGATE, P.DECIDED),
    Proceeding.Kind.CRIMINAL: (P.CRIMINAL_CASE, P.TRANSFER_PROS, P.SUPPLEMENTARY, P.PROSECUTED, P.JUDGED, P.FINAL),
}


class PlaybookQuerySet(models.QuerySet["Playbook"]):
    def visible_to(self, actor: Actor) -> Self:
        """Playbooks are working aids: everyone who works or reads cases sees them."""
        return self.all() if actor.reads_cases else self.none()

    def newest(self) -> Self:
        """The version in force of each violation type."""
        later = Playbook.objects.filter(violation_type=OuterRef("violation_type")).order_by("-version")
        return self.filter(pk=Subquery(later.values("pk")[:1]))


class Playbook(models.Model):
    """A published version for one type of violation. Never changed; a proceeding keeps the version it follows.

    `digest` is that of its steps and identifies equal content.
    """

    class Source(models.TextChoices):
        PRODUCT = "product", _("delivered with the system")
        CENTRE = "centre", _("published by the centre")

    violation_type = models.ForeignKey(ViolationType, on_delete=models.PROTECT, related_name="playbooks")
    version = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=8, choices=Source.choices)
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    because = models.TextField(blank=True)
    digest = models.CharField(max_length=64)

    objects = PlaybookQuerySet.as_manager()

    class Meta:
        ordering = ["violation_type__position", "-version"]
        constraints = [models.UniqueConstraint(fields=["violation_type", "version"], name="playbook_version_once")]

    def __str__(self) -> str:
        return f"{self.violation_type.name} · {self.version}"

    @property
    def code(self) -> str:
        return self.violation_type.code


class Group(models.TextChoices):
    """Groups of steps, in working order."""

    START = "start", _("Getting started")
    DATA = "data", _("Declarations and data")
    GOODS = "goods", _("Goods and control status")
    LICENCE = "licence", _("Licences and end use")
    PEOPLE = "people", _("Persons and companies")
    DEVICES = "devices", _("Devices and electronic data")
    MONEY = "money", _("Money and contracts")
    ABROAD = "abroad", _("Abroad")
    LAW = "law", _("Assessment and law")
    RESULT = "result", _("Result and follow-up")


class Owner(models.TextChoices):
    """The side responsible for a step: the agency of that side which shares the case, or the proceeding's own if it
    belongs to it."""

    OWN = "own", _("the agency of the proceeding")
    COMMERCE = "commerce", _("commerce")
    CUSTOMS = "customs", _("customs")
    ANTISMUGGLING = "antismuggling", _("anti-smuggling bureau")
    POLICE = "police", _("public security")


class DueUnit(models.TextChoices):
    WORKING_DAY = "working_day", _("working days")
    CALENDAR_DAY = "calendar_day", _("calendar days")


class PlaybookStep(NamedModel):
    """A future task. `state` is the state of the proceeding in which it starts, `depends_on` are codes of other steps.

    Equal codes mean the same step: two playbooks in one proceeding create it once.
    """

    playbook = models.ForeignKey(Playbook, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=Proceeding.Kind.choices)
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=30)
    state = models.CharField(max_length=16, choices=Proceeding.State.choices)
    group = models.CharField(max_length=10, choices=Group.choices)
    guide_zh = models.CharField(max_length=800)
    guide_en = models.CharField(max_length=800)
    owner = models.CharField(max_length=14, choices=Owner.choices)
    unit = models.CharField(max_length=20, blank=True, help_text="code of a unit, where the agency has that unit")
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    day_unit = models.CharField(max_length=14, choices=DueUnit.choices, blank=True)
    follows = models.CharField(max_length=30, blank=True, help_text="the rule whose clock on the proceeding it follows")
    mandatory = models.BooleanField(default=True)
    depends_on = models.JSONField(default=list, blank=True)
    papers = models.JSONField(default=list, blank=True)
    facts = models.JSONField(default=list, blank=True)
    basis = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["kind", "position"]
        constraints = [
            models.UniqueConstraint(fields=["playbook", "kind", "code"], name="step_once_per_kind"),
            models.CheckConstraint(
                condition=Q(days=None, day_unit="") | Q(days__isnull=False, follows="") & ~Q(day_unit=""),
                name="step_one_kind_of_due",
            ),
        ]

    @property
    def guide(self) -> str:
        return pick(self.guide_zh, self.guide_en)

    @property
    def cited(self) -> str:
        return cited(self.basis)


class PlaybookUseQuerySet(models.QuerySet["PlaybookUse"]):
    def visible_to(self, actor: Actor) -> Self:
        """Visible with the inside of the proceeding, because an agency's plans are its own."""
        return self.filter(proceeding__in=Proceeding.objects.contents_for(actor).values("pk"))

    def with_newest(self) -> Self:
        """Adds `newest`: the version in force, which may be later than the one followed."""
        of_type = Playbook.objects.filter(violation_type=OuterRef("violation_type")).order_by("-version")
        return self.annotate(newest=Subquery(of_type.values("version")[:1]))


class PlaybookUse(models.Model):
    """A playbook that a proceeding follows, in its version. `added` are the steps added last."""

    proceeding = models.ForeignKey(Proceeding, on_delete=models.CASCADE, related_name="playbook_uses")
    violation_type = models.ForeignKey(ViolationType, on_delete=models.PROTECT, related_name="+")
    playbook = models.ForeignKey(Playbook, on_delete=models.PROTECT, related_name="uses")
    applied_at = models.DateTimeField()
    added = models.JSONField(default=list)

    objects = PlaybookUseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proceeding", "violation_type"], name="playbook_used_once")]


class Bookmark(models.Model):
    """Position in the journal up to which events were processed: a single row."""

    until = models.DateTimeField()

    @classmethod
    def is_at(cls) -> datetime | None:
        return cls.objects.values_list("until", flat=True).first()

    @classmethod
    def reached(cls, moment: datetime) -> None:
        """Moves the bookmark, only forward, even if two workers run."""
        cls.objects.get_or_create(pk=1, defaults={"until": moment})
        cls.objects.filter(until__lt=moment).update(until=moment)
