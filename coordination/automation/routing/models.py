"""Routing rules (分派规则) in versions, and their decisions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.records import Record, Stateful
from agencies.organisations.models import Agency
from agencies.people.models import User


class Priority(models.IntegerChoices):
    NORMAL = 1, pgettext_lazy("priority", "Normal")
    HIGH = 2, pgettext_lazy("priority", "High")
    URGENT = 3, pgettext_lazy("priority", "Urgent")


class Mode(models.TextChoices):
    CLAIM = "claim", _("by claiming")
    TURN = "turn", _("in turn")
    LOAD = "load", _("lowest workload first")


class RoutedKind(models.TextChoices):
    """Kinds of items that are routed on arrival."""

    LEAD = "lead", _("Lead")
    REFERRAL = "referral", _("Referral")
    TASK = "task", _("Task")
    PROCEEDING = "proceeding", _("Proceeding")


class RuleSetQuerySet(models.QuerySet["RuleSet"]):
    def visible_to(self, actor: Actor) -> Self:
        """Only the agency's own people see how it distributes its work."""
        return self.filter(agency_id=actor.agency_id) if actor.is_staff else self.none()

    def published(self) -> Self:
        return self.filter(state=RuleSet.State.PUBLISHED)

    def begun(self, at: datetime | None = None) -> Self:
        """Versions in force at or before the time, newest first."""
        return self.published().filter(starts_at__lte=at or times.now()).order_by("-starts_at", "-number")


class RuleSet(Stateful):
    """A version of an agency's rules. The published version that began last is in force. Published versions are never
    edited."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", pgettext_lazy("rules", "Draft")
        PUBLISHED = "PUBLISHED", pgettext_lazy("rules", "Published")
        WITHDRAWN = "WITHDRAWN", pgettext_lazy("rules", "Withdrawn")

    journal_kind = "rule_set"
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="rule_sets")
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=30, unique=True, help_text="agency and number, as it is named everywhere")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    starts_at = models.DateTimeField(null=True, blank=True)

    objects = RuleSetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "number"], name="rule_set_number"),
            models.UniqueConstraint(fields=["agency"], condition=Q(state="DRAFT"), name="rule_set_one_draft"),
            models.CheckConstraint(
                condition=~Q(state="PUBLISHED") | Q(starts_at__isnull=False), name="rule_set_published_begins"
            ),
        ]
        indexes = [models.Index(fields=["agency", "-starts_at"], name="rule_set_by_start")]

    def __str__(self) -> str:
        return self.code

    @property
    def has_begun(self) -> bool:
        return self.state == self.State.PUBLISHED and self.starts_at is not None and self.starts_at <= times.now()


class RoutingRule(models.Model):
    """A row: conditions, all of which must be met, and a destination. An empty condition means any.

    `officers` is the pool for `turn` and `load`; empty means everyone of the unit. Natural codes keep a version
    readable for years.
    """

    rule_set = models.ForeignKey(RuleSet, on_delete=models.CASCADE, related_name="rules")
    tier = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField(help_text="order within the tier")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    kinds = models.JSONField(default=list, blank=True)
    violation_types = models.JSONField(default=list, blank=True)
    materials = models.JSONField(default=list, blank=True)
    districts = models.JSONField(default=list, blank=True)
    destinations = models.JSONField(default=list, blank=True)
    severities = models.JSONField(default=list, blank=True)
    verdicts = models.JSONField(default=list, blank=True)
    verdict_from = models.CharField(
        max_length=15, blank=True, help_text="this verdict of the control law or a stricter one"
    )
    value_from = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    value_below = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    weight_from = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    weight_below = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    unit = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=5, choices=Mode.choices, default=Mode.CLAIM)
    officers = models.ManyToManyField(User, related_name="+", blank=True)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["tier", "position"]
        constraints = [
            models.UniqueConstraint(fields=["rule_set", "tier", "position"], name="routing_rule_place"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="routing_rule_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tier}.{self.position}"


class RoutingQuerySet(models.QuerySet["Routing"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(agency_id=actor.agency_id) if actor.is_staff else self.none()

    def standing(self) -> Self:
        """The last decision for each item."""
        return self.filter(superseded=False)

    def about(self, ids: Iterable[Any]) -> Self:
        return self.filter(subject__in=list(ids))


class Routing(Record):
    """A decision about one item at one agency: version, rule and facts.

    `round` counts repetitions: an unclaimed lead is routed again when its source revises it.
    """

    kind = models.CharField(max_length=10, choices=RoutedKind.choices)
    subject = models.UUIDField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveIntegerField(default=1)
    superseded = models.BooleanField(default=False)
    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="routings")
    rule = models.ForeignKey(RoutingRule, null=True, blank=True, on_delete=models.PROTECT, related_name="routings")
    unit = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    officer = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    instead_of = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    pushed = models.BooleanField(default=True, help_text="whether the rule has had its say about who")
    facts = models.JSONField(default=dict)
    arrived_at = models.DateTimeField()

    objects = RoutingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "agency", "round"], name="routing_once"),
            models.UniqueConstraint(
                fields=["subject", "agency"], condition=Q(superseded=False), name="routing_one_standing"
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "unit", "kind"], condition=Q(superseded=False), name="routing_by_unit"),
            models.Index(fields=["kind"], condition=Q(pushed=False), name="routing_to_push"),
        ]

    @property
    def priority_label(self) -> str:
        return {1: "", 2: "high", 3: "urgent"}[self.priority]


class HandPriorityQuerySet(models.QuerySet["HandPriority"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(agency_id=actor.agency_id) if actor.is_staff else self.none()

    def standing(self) -> Self:
        return self.exclude(priority=None)

    def about(self, ids: Iterable[Any]) -> Self:
        return self.filter(subject__in=list(ids))


class HandPriority(Record):
    """A priority set by a lead of the agency; overrides the rules.

    None means withdrawn: the rules decide again. The journal keeps the reason.
    """

    subject = models.UUIDField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, null=True, blank=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")

    objects = HandPriorityQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "agency"], name="hand_priority_once")]


class RoutingMark(models.Model):
    """How far each kind was swept, by time of last change."""

    kind = models.CharField(max_length=10, unique=True)
    until = models.DateTimeField()


def routed_column(column: str, actor_agency: int | None) -> Subquery:
    """A column of the current decision for each row of a list, as the agency's own people see it."""
    mine = Routing.objects.standing().filter(agency=actor_agency, subject=OuterRef("pk"))
    return Subquery(mine.values(column)[:1])


def priority_column(actor_agency: int | None) -> Coalesce:
    """Priority of each row of a list at the agency: by hand, else by rule, else normal."""
    by_hand = HandPriority.objects.standing().filter(agency=actor_agency, subject=OuterRef("pk"))
    return Coalesce(
        Subquery(by_hand.values("priority")[:1]),
        routed_column("priority", actor_agency),
        Value(Priority.NORMAL.value),
    )
