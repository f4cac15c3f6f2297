"""Reminders over JSON: sending one. Replies are ordinary actions."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.permissions import CASE_READER, actor_of
from agencies.kernel.strict import Strict
from coordination.exchange.reminders.actions import MOST, send_letter
from coordination.exchange.reminders.shapes import ReminderDetail

from .views import ListView, thing_url

# A kind, and the id of an object of that kind.
ABOUT = r"^(clock|task|instruction|opinion|conference):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


class ReminderInput(Strict):
    """Late items that one agency owes, each by kind and id: clock:ID, task:ID, instruction:ID, opinion:ID or
    conference:ID."""

    about = serializers.ListField(child=serializers.RegexField(ABOUT, max_length=60), min_length=1, max_length=MOST)
    remark = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    happened_at = serializers.DateTimeField(required=False, help_text=_("When it was sent on paper."))
    paper = serializers.CharField(max_length=200, required=False, help_text=_("The paper that shows the time."))


class RemindersView(ListView):
    """The list, and sending a reminder at once."""

    resource = "reminders"
    permissions = {"POST": CASE_READER}
    docs = {**ListView.docs, "POST": _("Sends one reminder about late items of one agency.")}
    post_summary = _("Send reminder")

    @extend_schema(request=ReminderInput, responses={201: ReminderDetail})
    def post(self, request: Request) -> Response:
        serializer = ReminderInput(data=request.data)
        serializer.is_valid(raise_exception=True)
        given: dict[str, Any] = serializer.validated_data
        letter = send_letter(actor=actor_of(request), **given)
        return self.again(request, [str(letter.pk)])

    def again(self, request: Request, made: list[str], *args: Any, **kwargs: Any) -> Response:
        actor = actor_of(request)
        found = self.registered.find(actor, UUID(made[0]))
        answer = ReminderDetail(found, context={"actor": actor}).data
        return Response(answer, status=201, headers={"Location": request.build_absolute_uri(thing_url(found))})
