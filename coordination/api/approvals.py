"""Items waiting for the responsible person, over JSON."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.permissions import STAFF, actor_of
from cases.casefile.models import Case
from coordination.workspace.approvals import Approval, kinds, waiting_page

from . import shapes
from .schema import paging
from .views import ApiView, next_url, size_of, thing_url


class ApprovalShape(shapes.Shape[Any]):
    """A decision that is waiting. `may_decide` is false for members of the team and for people without the office."""

    resource = serializers.ChoiceField(choices=[kind.name for kind in kinds()])
    id = serializers.UUIDField()
    title = serializers.CharField()
    agency = shapes.AgencyShape()
    case = shapes.CaseRef(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    breach_at = serializers.DateTimeField(allow_null=True)
    article = serializers.CharField()
    may_decide = serializers.BooleanField()
    verbs = shapes.VerbShape(many=True)
    links = serializers.DictField(child=serializers.CharField())


class ApprovalsShape(shapes.PageShape):
    results = ApprovalShape(many=True)


class ApprovalsView(ApiView):
    """Decisions that wait for the responsible person of the caller's agency, nearest deadline first."""

    operations = {
        "GET": (
            "list",
            _("List matters waiting for a decision"),
            _("Transfers, decisions and extensions waiting for the responsible person of the caller's agency."),
        )
    }
    permission = STAFF
    resource = "approvals"

    query = paging()

    @extend_schema(responses=ApprovalsShape)
    def get(self, request: Request) -> Response:
        actor = actor_of(request)
        page = waiting_page(actor, request.query_params, size=size_of(request))
        ids = {one.case.pk for one in page.items if one.case}
        seen = Case.objects.visible_to(actor).in_bulk(ids)
        rows = [_row(one, actor, seen) for one in page.items]
        return Response(ApprovalsShape({"results": rows, "next": next_url(request, after=page.next)}).data)


def _row(one: Approval, actor: Any, seen: dict[Any, Case]) -> dict[str, Any]:
    resource, thing = one.kind.name, one.thing
    buttons = (
        [b for b in one.kind.registered.buttons(actor, thing) if b.verb in one.kind.decision.verbs]
        if actor.responsible_for
        else []
    )
    verbs = [
        {"verb": b.verb, "words": b.words.button, "url": reverse(f"api-{resource}-{b.verb}", args=[thing.pk])}
        for b in buttons
    ]
    return {
        "resource": resource,
        "id": thing.pk,
        "title": one.title,
        "agency": one.agency,
        "case": seen.get(one.case.pk) if one.case else None,
        "due_at": one.due_at,
        "breach_at": one.breach_at,
        "article": one.article,
        "may_decide": bool(verbs) and not thing.barred,
        "verbs": verbs,
        "links": {"self": thing_url(thing), "page": one.url, "approvals": reverse("approvals") + one.query},
    }
