"""Campaigns (专项行动): goals, the cases that they contain, and what the participating agencies are to do.

Taking part gives no access to a case. Figures of a campaign are those of the metrics with the label of its number.
"""

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import pick
from agencies.kernel.records import Stateful
from agencies.organisations.models import Agency
from cases.casefile.models import Case, Handling


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, actor: Actor) -> Self:
        """All for the centre; for the participating agencies those that were started."""
        if actor.is_centre:
            return self.all()
        if not actor.is_staff:
            return self.none()
        members = Campaign.members.through.objects.filter(campaign=OuterRef("pk"), agency=actor.agency_id)
        return self.filter(Exists(members), started_at__isnull=False)

    def running(self) -> Self:
        return self.filter(state=Campaign.State.RUNNING)

    def counted(self) -> Self:
        """Campaigns by which figures can be filtered."""
        return self.filter(state__in=[Campaign.State.RUNNING, Campaign.State.CLOSED])


class Campaign(Stateful):
    """Cases belong to it by its rules: any of the named minerals, techniques and countries of each kind, and the day of
    opening. Single cases are taken in or left out by hand (`Pick`)."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        RUNNING = "RUNNING", pgettext_lazy("campaign", "Running")
        CLOSED = "CLOSED", pgettext_lazy("campaign", "Closed")
        CANCELLED = "CANCELLED", pgettext_lazy("campaign", "Cancelled")

    class Outcome(models.TextChoices):
        MET = "met", _("Goals met")
        PARTLY = "partly", _("Goals partly met")
        MISSED = "missed", _("Goals not met")

    journal_kind = "campaign"
    number = models.CharField(max_length=20, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="the centre, which leads")
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    purpose = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    members = models.ManyToManyField(Agency, related_name="+", blank=True)
    materials = models.JSONField(default=list, blank=True)
    techniques = models.JSONField(default=list, blank=True)
    countries = models.JSONField(default=list, blank=True)
    opened_from = models.DateField(null=True, blank=True)
    opened_until = models.DateField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=6, blank=True, choices=Outcome.choices)
    report = models.TextField(blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="campaign_period"),
            models.CheckConstraint(
                condition=~Q(state="CLOSED") | ~Q(outcome="") & ~Q(report=""), name="campaign_closed_with_report"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["RUNNING", "CLOSED"]) | Q(started_at__isnull=False),
                name="campaign_running_was_started",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return pick(self.title_zh, self.title_en)

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.DRAFT, self.State.RUNNING)

    @property
    def has_rules(self) -> bool:
        return bool(self.materials or self.techniques or self.countries)


class Goal(models.Model):
    """A target for one metric: the value that it reaches, or does not exceed, from the first day of the campaign to
    `due_on`. `final_value` is the value on the day of closing."""

    class Direction(models.TextChoices):
        LEAST = "least", pgettext_lazy("goal", "at least")
        MOST = "most", pgettext_lazy("goal", "at most")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="goals")
    metric = models.CharField(max_length=40)
    filters = models.JSONField(default=dict, blank=True)
    direction = models.CharField(max_length=5, choices=Direction.choices)
    target = models.DecimalField(max_digits=18, decimal_places=4, help_text="of a share in percent")
    due_on = models.DateField()
    final_value = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    final_of = models.CharField(max_length=60, blank=True, help_text="of a share: n and d")

    class Meta:
        ordering = ["due_on", "id"]

    def is_met_by(self, value: Decimal | int | None) -> bool:
        if value is None:
            return False
        return value >= self.target if self.direction == self.Direction.LEAST else value <= self.target


class CampaignStep(models.Model):
    """A milestone of the centre, or what a participating agency is to do until a day."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="steps")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    result = models.TextField(blank=True)

    class Meta:
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_late(self) -> bool:
        return self.due_on < (self.done_on or times.today())


class Pick(models.Model):
    """A case taken in or left out by hand, which the rules do not change."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="picks")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    takes_in = models.BooleanField()
    reason = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "case"], name="campaign_pick_once")]


class BelongingQuerySet(models.QuerySet["Belonging"]):
    def visible_to(self, actor: Actor) -> Self:
        """Cases of visible campaigns that the actor may see."""
        campaigns, cases = Campaign.objects.visible_to(actor), Case.objects.visible_to(actor)
        return self.filter(campaign__in=campaigns.values("pk"), case__in=cases.values("pk"))

    def current(self) -> Self:
        return self.filter(until=None)

    def counted(self) -> Self:
        """Present cases without restricted ones, as the figures of the centre count them."""
        return self.current().exclude(case__handling=Handling.H3)


class Belonging(models.Model):
    """A time in which a case belonged to a campaign. The job that follows the journal writes it with the figures.

    `since` and `until` are the days on which it was found; `until` is the first day without it.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="belongings")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    by_hand = models.BooleanField()

    objects = BelongingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "case"], condition=Q(until=None), name="campaign_has_case_once")
        ]
        indexes = [models.Index(fields=["case"], condition=Q(until=None), name="campaign_of_case")]
