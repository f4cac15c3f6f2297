"""Campaigns."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agencies.kernel.shapes import READ_ONLY, ActorShape, Shape
from agencies.people.shapes import AgencyShape

from .figures import Reached, reached
from .models import Belonging, Campaign, Goal, Step


class CampaignRow(serializers.ModelSerializer[Campaign]):
    """A campaign. Its number is the value of the filter `campaign` of every figure."""

    agency = AgencyShape()

    class Meta:
        model = Campaign
        fields = [
            *("id", "version", "number", "state", "state_since", "agency", "title_zh", "title_en", "starts_on"),
            *("ends_on", "outcome", "created_at", "updated_at"),
        ]


class GoalShape(Shape[Any]):
    """A target and its present figure, or the one kept when the campaign was closed; shares in percent, with n and d.

    `met` is null while it is not decided: an "at most" goal is judged at its end, unless it is exceeded for certain.
    """

    id = serializers.IntegerField(source="goal.pk")
    metric = serializers.CharField(source="goal.metric")
    filters = serializers.DictField(child=serializers.CharField(), source="goal.filters")
    direction = serializers.ChoiceField(choices=Goal.Direction.choices, source="goal.direction")
    target = serializers.FloatField(source="goal.target")
    due_on = serializers.DateField(source="goal.due_on")
    value = serializers.FloatField(allow_null=True)
    numerator = serializers.IntegerField(allow_null=True)
    denominator = serializers.IntegerField(allow_null=True)
    met = serializers.BooleanField(source="is_met", allow_null=True)


class CampaignStepShape(serializers.ModelSerializer[Step]):
    agency = AgencyShape()

    class Meta:
        model = Step
        fields = ["id", "agency", "title", "due_on", "done_on", "result"]


class BelongingShape(serializers.ModelSerializer[Belonging]):
    """A case of the campaign that the caller may see."""

    number = serializers.CharField(source="case.number", **READ_ONLY)

    class Meta:
        model = Belonging
        fields = ["case", "number", "since", "by_hand"]


class CampaignDetail(ActorShape, CampaignRow):
    """`case_count` counts all cases that are not restricted; `cases` are those that the caller may see, at most 100."""

    MOST = 100

    members = AgencyShape(many=True)
    materials = serializers.ListField(child=serializers.CharField(), **READ_ONLY)
    techniques = serializers.ListField(child=serializers.CharField(), **READ_ONLY)
    countries = serializers.ListField(child=serializers.CharField(), **READ_ONLY)
    goals = serializers.SerializerMethodField()
    steps = CampaignStepShape(many=True)
    case_count = serializers.SerializerMethodField()
    cases = serializers.SerializerMethodField()

    class Meta(CampaignRow.Meta):
        fields = [
            *(*CampaignRow.Meta.fields, "purpose", "members", "materials", "techniques", "countries", "opened_from"),
            *("opened_until", "started_at", "ended_at", "report", "goals", "steps", "case_count", "cases"),
        ]

    @extend_schema_field(GoalShape(many=True))
    def get_goals(self, campaign: Campaign) -> Any:
        found: list[Reached] = reached(campaign)
        return GoalShape(found, many=True).data

    def get_case_count(self, campaign: Campaign) -> int:
        return int(campaign.belongings.counted().count())

    @extend_schema_field(BelongingShape(many=True))
    def get_cases(self, campaign: Campaign) -> Any:
        seen = Belonging.objects.visible_to(self.actor).current().filter(campaign=campaign)
        return BelongingShape(seen.select_related("case").order_by("-since", "pk")[: self.MOST], many=True).data
