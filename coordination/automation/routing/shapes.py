"""Routing rules."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agencies.kernel.shapes import READ_ONLY
from agencies.people.shapes import AgencyShape

from .choices import PRIORITY_CODES, PRIORITY_VALUES
from .models import RoutingRule, RuleSet
from .spreadsheet import COLUMNS


class RuleSetRow(serializers.ModelSerializer[RuleSet]):
    """A version of the routing rules of the caller's agency."""

    agency = AgencyShape()

    class Meta:
        model = RuleSet
        fields = [
            *("id", "version", "state", "state_since", "agency", "number", "code", "starts_at", "created_at"),
            "updated_at",
        ]


class RoutingRuleShape(serializers.ModelSerializer[RoutingRule]):
    """One rule, by codes; an empty condition means any."""

    unit = serializers.CharField(source="unit.code", **READ_ONLY)
    officers = serializers.SlugRelatedField("username", many=True, **READ_ONLY)
    priority = serializers.SerializerMethodField()

    class Meta:
        model = RoutingRule
        fields = list(COLUMNS)

    @extend_schema_field({"type": "string", "enum": list(PRIORITY_VALUES)})
    def get_priority(self, rule: RoutingRule) -> str:
        return PRIORITY_CODES[rule.priority]


class RuleSetDetail(RuleSetRow):
    rules = serializers.SerializerMethodField()

    class Meta(RuleSetRow.Meta):
        fields = [*RuleSetRow.Meta.fields, "rules"]

    @extend_schema_field(RoutingRuleShape(many=True))
    def get_rules(self, rule_set: RuleSet) -> Any:
        rules = rule_set.rules.select_related("unit").prefetch_related("officers")
        return RoutingRuleShape(rules, many=True).data
