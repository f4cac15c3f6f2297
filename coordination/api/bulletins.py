"""Bulletins over JSON: the list, and drafting one."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.permissions import CASE_READER, CENTRE, actor_of
from agencies.kernel.strict import Strict
from coordination.insight.bulletins.actions import draft_bulletin
from coordination.insight.bulletins.models import Bulletin
from coordination.insight.bulletins.shapes import BulletinRow

from .views import ListView, thing_url, validated


class BulletinInput(Strict):
    """The draft of a bulletin from its template. `day` is any day of its week or month."""

    kind = serializers.ChoiceField(choices=Bulletin.Kind.choices)
    day = serializers.DateField()
    distribution = serializers.ChoiceField(choices=Bulletin.Distribution.choices, required=False)


class BulletinsView(ListView):
    """The list of bulletins, and drafting one."""

    resource = "bulletins"
    permission = CASE_READER
    permissions = {"GET": CASE_READER, "POST": CENTRE}
    docs = {**ListView.docs, "POST": _("Drafts a bulletin about a week or a month. Its actions edit and submit it.")}
    post_summary = _("Draft a bulletin")

    @extend_schema(request=BulletinInput, responses={201: BulletinRow})
    def post(self, request: Request) -> Response:
        given = validated(BulletinInput, request)
        return self._answer(request, draft_bulletin(actor=actor_of(request), **given))

    def again(self, request: Request, made: list[str], *args: Any, **kwargs: Any) -> Response:
        return self._answer(request, self.registered.find(actor_of(request), UUID(made[0])))

    def _answer(self, request: Request, bulletin: Bulletin) -> Response:
        where = request.build_absolute_uri(thing_url(bulletin))
        return Response(BulletinRow(bulletin).data, status=201, headers={"Location": where})
