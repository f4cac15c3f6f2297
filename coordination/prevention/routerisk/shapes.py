"""Risk rules and findings over JSON."""

from typing import Any

from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DecimalField,
    DictField,
    IntegerField,
    JSONField,
    ListField,
)

from agencies.kernel.shapes import READ_ONLY, Shape, shown
from agencies.kernel.strict import Strict
from agencies.people.shapes import ModelShape
from cases.casefile.shapes import OfCaseShape

from .kinds import TESTS
from .looking import reason_of, what_would_change
from .models import RiskFinding, RiskRule
from .precision import precision_of

AMOUNT: dict[str, Any] = {"max_digits": 18, "decimal_places": 4, "required": False}


class RiskRuleInput(Strict):
    """The draft of a rule. Each test takes its own parameters; the others are refused. Countries by code or name."""

    code = CharField(max_length=40)
    kind = ChoiceField(choices=RiskRule.Kind.choices)
    name_zh = CharField(max_length=200)
    name_en = CharField(max_length=200)
    weight = IntegerField(required=False)
    via = CharField(max_length=200, required=False)
    months = IntegerField(required=False)
    material = CharField(max_length=40, required=False)
    low = DecimalField(**AMOUNT)
    high = DecimalField(**AMOUNT)
    shipments = IntegerField(required=False)
    weight_kg = DecimalField(**AMOUNT)
    value_cny = DecimalField(**AMOUNT)
    share = DecimalField(**AMOUNT)
    earlier = IntegerField(required=False)
    days = IntegerField(required=False)
    lists = ListField(child=CharField(), required=False)


class PrecisionShape(Shape):
    """Of the findings that the caller sees: how many, how many with a verdict, and how many of each verdict; and on how
    many of their cases a technique was established later."""

    findings = IntegerField()
    judged = IntegerField()
    useful = IntegerField()
    not_useful = IntegerField()
    wrong_fact = IntegerField()
    cases = IntegerField()
    established = IntegerField()


class RiskRuleShape(ModelShape):
    parameters = DictField(child=JSONField(), **READ_ONLY)
    is_for_all = BooleanField(**READ_ONLY)

    @shown(PrecisionShape())
    def precision(self, rule: RiskRule) -> Any:
        return precision_of([rule], self.actor)

    @shown(CharField())
    def technique(self, rule: RiskRule) -> str:
        """The technique that a finding may be a sign of."""
        return TESTS[rule.kind].technique


class RiskFindingShape(OfCaseShape):
    facts = DictField(child=JSONField(), **READ_ONLY)
    code = CharField(source="rule.code", **READ_ONLY)
    number = IntegerField(source="rule.number", **READ_ONLY)
    weight = IntegerField(source="rule.weight", **READ_ONLY)
    kind = ChoiceField(choices=RiskRule.Kind.choices, source="rule.kind", **READ_ONLY)

    @shown(CharField())
    def reason(self, finding: RiskFinding) -> str:
        return reason_of(finding.rule, finding.facts)

    @shown(CharField())
    def change(self, finding: RiskFinding) -> str:
        """What would change it."""
        return what_would_change(finding.rule, finding.facts)
