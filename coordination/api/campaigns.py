"""Campaigns over JSON: the list, and drafting one."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.action_fields import ActionForm, field_errors
from agencies.kernel.errors import Invalid
from agencies.kernel.permissions import CASE_READER, CENTRE, actor_of
from agencies.kernel.strict import Strict
from coordination.insight.campaigns.actions import draft_campaign
from coordination.insight.campaigns.workflow import PLAN

from . import shapes
from .views import ListView, thing_url, validated


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


class CampaignsView(ListView):
    """The list of campaigns, and drafting one."""

    resource = "campaigns"
    permission = CASE_READER
    permissions = {"GET": CASE_READER, "POST": CENTRE}
    docs = {**ListView.docs, "POST": _("Drafts a campaign. Its goals are added by its actions before it is started.")}
    post_summary = _("Draft a campaign")

    @extend_schema(request=CampaignInput, responses={201: DraftedShape})
    def post(self, request: Request) -> Response:
        validated(CampaignInput, request)
        actor, data = actor_of(request), dict(request.data)
        form = ActionForm(PLAN, thing=None, actor=actor, strict=True, data=data)
        if not form.is_valid():
            raise Invalid(field_errors(form))
        return self._answer(request, draft_campaign(actor=actor, **form.given()))

    def made_by(self, response: Response) -> list[str]:
        return [str(response.data["id"])]

    def again(self, request: Request, made: list[str], *args: Any, **kwargs: Any) -> Response:
        return self._answer(request, self.registered.find(actor_of(request), UUID(made[0])))

    def _answer(self, request: Request, campaign: Any) -> Response:
        where = request.build_absolute_uri(thing_url(campaign))
        return Response(DraftedShape(campaign).data, status=201, headers={"Location": where})
