"""Campaigns."""

from typing import Any

from rest_framework import serializers

from agencies.kernel.shapes import READ_ONLY, Shape, shown
from agencies.people.shapes import ModelShape, fields_of

from .figures import reached
from .models import Belonging, Campaign, Goal, Step


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


class BelongingShape(ModelShape):
    """A case of the campaign that the caller may see."""

    number = serializers.CharField(source="case.number", **READ_ONLY)

    class Meta:
        model = Belonging
        fields = ["case", "number", "since", "by_hand"]


class CampaignShape(ModelShape):
    """A campaign. Its number is the value of the filter `campaign` of every figure. `case_count` counts all cases that
    are not restricted; `cases` are those that the caller may see, at most 100."""

    MOST = 100

    materials = serializers.ListField(child=serializers.CharField(), **READ_ONLY)
    techniques = serializers.ListField(child=serializers.CharField(), **READ_ONLY)
    countries = serializers.ListField(child=serializers.CharField(), **READ_ONLY)
    steps = fields_of(Step, "id", "agency", "title", "due_on", "done_on", "result", name="CampaignStepShape")(many=True)

    @shown(GoalShape(many=True))
    def goals(self, campaign: Campaign) -> Any:
        return reached(campaign)

    @shown(serializers.IntegerField())
    def case_count(self, campaign: Campaign) -> int:
        return int(campaign.belongings.counted().count())

    @shown(BelongingShape(many=True))
    def cases(self, campaign: Campaign) -> Any:
        seen = Belonging.objects.visible_to(self.actor).current().filter(campaign=campaign)
        return seen.select_related("case").order_by("-since", "pk")[: self.MOST]
