"""Campaigns over JSON: the list, and drafting one."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from agencies.kernel.action_fields import ActionForm, field_errors
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.permissions import CASE_READER, CENTRE
from agencies.kernel.strict import Strict
from coordination.insight.campaigns.actions import draft_campaign
from coordination.insight.campaigns.workflow import PLAN

from . import shapes
from .views import AddingView, ListView


class CampaignInput(Strict):
    """The draft of a campaign. Agencies, minerals and techniques by code, countries by code or name. Without a mineral,
    technique or country only cases taken in by hand belong to it."""

    title_zh = serializers.CharField(max_length=200)
    title_en = serializers.CharField(max_length=200, required=False)
    purpose = serializers.CharField(max_length=4000)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    members = serializers.ListField(child=serializers.CharField())
    materials = serializers.ListField(child=serializers.CharField(), required=False)
    techniques = serializers.ListField(child=serializers.CharField(), required=False)
    countries = serializers.CharField(max_length=200, required=False)
    opened_from = serializers.DateField(required=False)
    opened_until = serializers.DateField(required=False)


class DraftedShape(shapes.Shape[Any]):
    id = serializers.UUIDField(source="pk")
    number = serializers.CharField()
    state = serializers.CharField()
    version = serializers.IntegerField()


class CampaignsView(AddingView):
    """The list of campaigns, and drafting one."""

    resource = "campaigns"
    permission = CASE_READER
    permissions = {"GET": CASE_READER, "POST": CENTRE}
    operations = {
        **ListView.operations,
        "POST": (
            "send",
            _("Draft a campaign"),
            _("Drafts a campaign. Its goals are added by its actions before it is started."),
        ),
    }
    accepts = CampaignInput
    answer = DraftedShape

    def add(self, *, actor: Actor, **given: Any) -> Any:
        form = ActionForm(PLAN, thing=None, actor=actor, strict=True, data=dict(self.request.data))
        if not form.is_valid():
            raise Invalid(field_errors(form))
        return draft_campaign(actor=actor, **form.given())
