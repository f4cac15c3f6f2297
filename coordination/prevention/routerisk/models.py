"""Rules about the way of goods (航线风险规则), what they find on shipments of cases, and what was last looked at.

A finding is a reason in words. It is no duty and no score; a person judges it.
"""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import NamedModel
from agencies.kernel.records import Stateful
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.models import Case, Shipment

OF_CENTRE = Q(agency__line=Agency.Line.CENTRE)


class RiskRuleQuerySet(models.QuerySet["RiskRule"]):
    def visible_to(self, actor: Actor) -> Self:
        """The rules of the actor's agency, and those of the centre that were in force; the centre sees all."""
        if actor.is_centre:
            return self.all()
        if not actor.is_staff:
            return self.none()
        return self.filter(Q(agency_id=actor.agency_id) | OF_CENTRE & ~Q(activated_at=None))

    def active(self) -> Self:
        return self.filter(state=RiskRule.State.ACTIVE)


class RiskRule(NamedModel, Stateful):
    """One version of a rule of an agency, for its own desks; a rule of the centre is for all agencies.

    `kind` is a test in code (`kinds.py`), `parameters` are those that this test reads. A rule in force never changes: a
    change is a draft of the next version (`number`), which takes its place.
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        ACTIVE = "ACTIVE", pgettext_lazy("rule", "In force")
        RETIRED = "RETIRED", pgettext_lazy("rule", "No longer in force")

    class Kind(models.TextChoices):
        TRANSIT = "transit", _("Controlled goods through a third country")
        DIVERTED = "diverted", _("Actual destination differs from the declared one")
        YOUNG = "young", _("Consignee founded shortly before")
        PRICE = "price", _("Price per kilogram outside a band")
        HIDDEN_HS = "hidden_hs", _("HS code of an uncontrolled sibling")
        SPLIT = "split", _("Consignment split into several")
        NEW_BUYER = "new_buyer", _("New buyer with a large share")
        NEAR_LISTED = "near_listed", _("End user or consignee near a listed party")

    journal_kind = "risk_rule"
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="which keeps it")
    code = models.CharField(max_length=40, help_text="the rule's own, which its versions share")
    number = models.PositiveIntegerField(default=1, help_text="of the version")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    parameters = models.JSONField(default=dict, blank=True)
    weight = models.PositiveSmallIntegerField(default=3, help_text="1 to 5; the order in which reasons are shown")
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    activated_at = models.DateTimeField(null=True, blank=True)

    objects = RiskRuleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "code", "number"], name="risk_rule_version_once"),
            models.UniqueConstraint(
                fields=["agency", "code"], condition=Q(state="ACTIVE"), name="risk_rule_one_active"
            ),
            models.UniqueConstraint(fields=["agency", "code"], condition=Q(state="DRAFT"), name="risk_rule_one_draft"),
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=5), name="risk_rule_weight"),
            models.CheckConstraint(
                condition=~Q(state="ACTIVE") | Q(activated_at__isnull=False), name="risk_rule_active_since"
            ),
        ]

    @property
    def is_for_all(self) -> bool:
        """Whether it is a rule of the centre."""
        return self.agency.line == Agency.Line.CENTRE


class RiskFindingQuerySet(models.QuerySet["RiskFinding"]):
    def visible_to(self, actor: Actor) -> Self:
        """Findings of visible rules, for readers of the contents of the case."""
        rules = RiskRule.objects.visible_to(actor).values("pk")
        return self.filter(rule__in=rules, case__in=Case.objects.contents_visible_to(actor).values("pk"))

    def standing(self) -> Self:
        return self.filter(state=RiskFinding.State.STANDING)


class RiskFinding(Stateful):
    """A version of a rule that was met by a shipment. `facts` are those that the test named, as JSON.

    It never changes: if the facts differ, it is gone, and a new one may be found. The verdict of a person stays.
    """

    class State(models.TextChoices):
        STANDING = "STANDING", pgettext_lazy("finding", "Standing")
        GONE = "GONE", pgettext_lazy("finding", "Gone")

    class Verdict(models.TextChoices):
        USEFUL = "useful", pgettext_lazy("finding", "Useful")
        NOT_USEFUL = "not_useful", pgettext_lazy("finding", "Not useful")
        WRONG_FACT = "wrong_fact", pgettext_lazy("finding", "Rests on a wrong fact")

    journal_kind = "risk_finding"
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="+")
    rule = models.ForeignKey(RiskRule, on_delete=models.PROTECT, related_name="findings")
    state = models.CharField(max_length=8, choices=State.choices, default=State.STANDING)
    facts = models.JSONField(default=dict)
    is_certain = models.BooleanField(default=True, help_text="whether every fact that counts is known")
    gone_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    verdict_reason = models.TextField(blank=True)
    verdict_agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    verdict_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    verdict_at = models.DateTimeField(null=True, blank=True)

    objects = RiskFindingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "rule"], condition=Q(state="STANDING"), name="risk_finding_stands_once"
            ),
            models.CheckConstraint(
                condition=Q(state="GONE", gone_at__isnull=False) | Q(state="STANDING", gone_at=None),
                name="risk_finding_gone_since",
            ),
            models.CheckConstraint(
                condition=Q(verdict="") | ~Q(verdict_reason="") & Q(verdict_at__isnull=False),
                name="risk_finding_verdict_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.rule)


class RiskCheck(models.Model):
    """What the rules last looked at on a case. `seen_seq` is the head of its journal then, `basis` a digest of the
    rules, of the control law and of the lists. `facts` is a digest of the facts of trade, `traders` are the numbers and
    names of its exporters and buyers. `rules` are the rules that looked; `undecided` says for each shipment which of
    them could not be decided, and which facts are missing.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="+")
    seen_seq = models.PositiveIntegerField(default=0)
    basis = models.CharField(max_length=80, blank=True)
    facts = models.CharField(max_length=80, blank=True)
    traders = models.JSONField(default=list)
    rules = models.JSONField(default=list)
    undecided: Any = models.JSONField(default=dict)
