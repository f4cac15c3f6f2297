"""Campaigns."""

from typing import Any

from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DictField,
    FloatField,
    IntegerField,
    ListField,
    UUIDField,
)

from agencies.kernel.shapes import READ_ONLY, Shape, shown
from agencies.kernel.strict import Strict
from agencies.people.shapes import ModelShape, fields_of

from .figures import reached
from .models import Belonging, Campaign, CampaignStep, Goal


class CampaignInput(Strict):
    """The draft of a campaign. Agencies, minerals and techniques by code, countries by code or name. Without a mineral,
    technique or country only cases taken in by hand belong to it."""

    title_zh = CharField(max_length=200)
    title_en = CharField(max_length=200, required=False)
    purpose = CharField(max_length=4000)
    starts_on = DateField()
    ends_on = DateField()
    members = ListField(child=CharField())
    materials = ListField(child=CharField(), required=False)
    techniques = ListField(child=CharField(), required=False)
    countries = CharField(max_length=200, required=False)
    opened_from = DateField(required=False)
    opened_until = DateField(required=False)


class DraftedShape(Shape):
    id = UUIDField(source="pk")
    number = CharField()
    state = CharField()
    version = IntegerField()


class GoalShape(Shape):
    """A target and its present figure, or the one kept when the campaign was closed; shares in percent, with n and d.

    `met` is null while it is not decided: an "at most" goal is judged at its end, unless it is exceeded for certain.
    """

    id = IntegerField(source="goal.pk")
    metric = CharField(source="goal.metric")
    filters = DictField(child=CharField(), source="goal.filters")
    direction = ChoiceField(choices=Goal.Direction.choices, source="goal.direction")
    target = FloatField(source="goal.target")
    due_on = DateField(source="goal.due_on")
    value = FloatField(allow_null=True)
    numerator = IntegerField(allow_null=True)
    denominator = IntegerField(allow_null=True)
    met = BooleanField(source="is_met", allow_null=True)


class BelongingShape(ModelShape):
    """A case of the campaign that the caller may see."""

    number = CharField(source="case.number", **READ_ONLY)

    class Meta:
        model = Belonging
        fields = ["case", "number", "since", "by_hand"]


class CampaignShape(ModelShape):
    """A campaign. Its number is the value of the filter `campaign` of every figure. `case_count` counts all cases that
    are not restricted; `cases` are those that the caller may see, at most 100."""

    MOST = 100

    materials = ListField(child=CharField(), **READ_ONLY)
    techniques = ListField(child=CharField(), **READ_ONLY)
    countries = ListField(child=CharField(), **READ_ONLY)
    steps = fields_of(CampaignStep, "id", "agency", "title", "due_on", "done_on", "result", name="CampaignStepShape")(
        many=True
    )

    @shown(GoalShape(many=True))
    def goals(self, campaign: Campaign) -> Any:
        return reached(campaign)

    @shown(IntegerField())
    def case_count(self, campaign: Campaign) -> int:
        return int(campaign.belongings.counted().count())

    @shown(BelongingShape(many=True))
    def cases(self, campaign: Campaign) -> Any:
        seen = Belonging.objects.visible_to(self.actor).current().filter(campaign=campaign)
        return seen.select_related("case").order_by("-since", "pk")[: self.MOST]
