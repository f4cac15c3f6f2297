"""For connected systems: sending reports, and reading what became of them."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.actor import Actor
from agencies.kernel.permissions import API_CALLER, CASE_READER, actor_of, scope, scope_or_reader
from agencies.kernel.problems import etag
from agencies.machines.models import ApiKey
from agencies.organisations.models import Agency
from cases.intake.models import Lead
from cases.intake.receiving import ReportEffect, ReportOrder, find_flags, receive_lead
from cases.intake.serializers import Receipt, Report, occurred_of, validate_report
from cases.intake.verdicts import conduct_day, control_flags

from .contract import EXAMPLE_REPORT
from .outcomes import OutcomeShape, receipt_lines
from .schema import DetailSchema
from .versions import tags_of
from .views import DetailView, ListView, thing_url


class FullReceipt(Receipt):
    """The receipt, and what became of the report, one entry for each step, as far as the sender may know."""

    outcome = OutcomeShape(many=True)


class TakenReceipt(FullReceipt):
    """`stale` is true, and only present, if a report arrived after a newer one and therefore changed nothing."""

    stale = serializers.BooleanField(required=False)


class LeadsView(ListView):
    """People list the leads that they see; machines and people send new ones."""

    operations = {
        **ListView.operations,
        "POST": (
            "send",
            _("Send a report"),
            _(
                "201 for a new lead, 200 for a known one: the same content changes nothing, different content revises "
                "it. Systems and people do not revise each other's reports."
            ),
        ),
    }
    resource = "leads"
    permission = API_CALLER
    permissions = {"GET": CASE_READER, "POST": scope("leads:write")}

    @extend_schema(
        request=Report,
        responses={200: TakenReceipt, 201: TakenReceipt},
        examples=[OpenApiExample("report", value=EXAMPLE_REPORT, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        actor = actor_of(request)
        content = validate_report(request.data)
        seen = tags_of(request)
        sending = ReportOrder(content.pop("source_version", ""), None if seen is None else frozenset(seen))
        occurred = occurred_of(content)
        lead, result = receive_lead(content, actor=actor, agency=_agency(request), occurred=occurred, sending=sending)
        flags = [*find_flags(content), *control_flags(content, conduct_day(occurred[0], lead.received_at))]
        receipt = Receipt(lead, context={"flags": flags}).data
        # A new lead has no outcome yet; omitting the query matters in a burst of reports.
        is_new = result is ReportEffect.NEW
        answer = {**receipt, "outcome": [] if is_new else receipt_lines(lead, actor)} | _flags(result)
        headers = {"ETag": etag(lead.revision)}
        if not is_new:
            return Response(answer, headers=headers)
        headers["Location"] = request.build_absolute_uri(thing_url(lead))
        return Response(answer, status=201, headers=headers)

    def made_by(self, response: Response) -> list[str]:
        return [str(response.data["id"]), ReportEffect.STALE if response.data.get("stale") else ""]

    def again(self, request: Request, made: list[str], *args: Any, **kwargs: Any) -> Response:
        answer = receipt_of(UUID(made[0]), actor_of(request))
        answer.data.update(_flags(made[1]))
        return answer


def _flags(result: str) -> dict[str, bool]:
    return {"stale": True} if result == ReportEffect.STALE else {}


class LeadSchema(DetailSchema):
    """Two kinds of callers get two kinds of answers."""

    def get_response_serializers(self) -> Any:
        receipt = self.resolve_serializer(FullReceipt, "response").ref
        return {200: {"oneOf": [receipt, super().get_response_serializers()[200]]}}


class LeadView(DetailView):
    """The receipt for the sender, the lead for people who may see it."""

    operations = {
        "GET": (
            "read",
            _("Read one"),
            _(
                "A connected system gets the receipt of a lead that it sent; a person gets the lead as "
                "visible to that person."
            ),
        )
    }
    schema = LeadSchema()
    resource = "leads"
    permission = API_CALLER
    permissions = {"GET": scope_or_reader("leads:read")}

    def get(self, request: Request, pk: UUID, *args: Any, **kwargs: Any) -> Response:
        actor = actor_of(request)
        if actor.kind != "machine":
            return super().get(request, pk)
        return receipt_of(pk, actor)


def receipt_of(pk: UUID, actor: Actor) -> Response:
    """Raises Http404 for a lead that the caller may not see."""
    lead = Lead.objects.visible_to(actor).filter(pk=pk).first()
    if lead is None:
        raise Http404
    answer = {**Receipt(lead).data, "outcome": receipt_lines(lead, actor)}
    return Response(answer, headers={"ETag": etag(lead.revision)})


def _agency(request: Request) -> Agency:
    """The caller's agency, from its key or session."""
    caller: Any = request.auth.client if isinstance(request.auth, ApiKey) else request.user
    agency: Agency = caller.agency
    return agency
