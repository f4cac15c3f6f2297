"""Routing rules."""

from typing import Any

from rest_framework.serializers import CharField, ChoiceField, SlugRelatedField

from agencies.kernel.shapes import READ_ONLY, shown
from agencies.people.shapes import ModelShape

from .choices import PRIORITY_CODES, PRIORITY_VALUES
from .models import RoutingRule, RuleSet
from .spreadsheet import COLUMNS


class RoutingRuleShape(ModelShape):
    """One rule, by codes; an empty condition means any."""

    unit = CharField(source="unit.code", **READ_ONLY)
    officers = SlugRelatedField("username", many=True, **READ_ONLY)

    class Meta:
        model = RoutingRule
        fields = list(COLUMNS)

    @shown(ChoiceField(choices=list(PRIORITY_VALUES)))
    def priority(self, rule: RoutingRule) -> str:
        return PRIORITY_CODES[rule.priority]


class RuleSetShape(ModelShape):
    """A version of the routing rules of the caller's agency."""

    @shown(RoutingRuleShape(many=True))
    def rules(self, rule_set: RuleSet) -> Any:
        return rule_set.rules.select_related("unit").prefetch_related("officers")
