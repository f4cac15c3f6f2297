"""For connected systems: sending reports, and reading what became of them."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.actor import Actor
from agencies.kernel.permissions import API_CALLER, actor_of, scope, scope_or_reader
from agencies.kernel.problems import etag
from agencies.machines.models import ApiKey
from agencies.organisations.models import Agency
from cases.intake.models import Lead
from cases.intake.receiving import ReportEffect, ReportOrder, find_flags, receive_lead
from cases.intake.serializers import Receipt, Report, occurred_of, validate_report
from cases.intake.verdicts import conduct_day, control_flags

from .contract import EXAMPLE_REPORT
from .operations import Call, Operation, post
from .outcomes import OutcomeShape, receipt_lines
from .schema import DetailSchema
from .versions import tags_of
from .views import DetailView


class FullReceipt(Receipt):
    """The receipt, and what became of the report, one entry for each step, as far as the sender may know."""

    outcome = OutcomeShape(many=True)


class TakenReceipt(FullReceipt):
    """`stale` is true, and only present, if a report arrived after a newer one and therefore changed nothing."""

    stale = serializers.BooleanField(required=False)


def _taken(call: Call, made: list[str]) -> Response:
    """The receipt; a repeat gets it as it is then, with what became of the report."""
    response = Response(call.once) if call.once else receipt_of(UUID(made[0]), call.actor)
    response.data |= {"stale": True} if made[1] else {}
    return response


@post(
    "leads/",
    "send",
    _("Send a report"),
    _(
        "201 for a new lead, 200 for a known one: the same content changes nothing, different content revises "
        "it. Systems and people do not revise each other's reports."
    ),
    permission=scope("leads:write"),
    callers=API_CALLER,
    accepts=Report,
    answers=TakenReceipt,
    statuses=(200, 201),
    matches=True,
    tagged=True,
    examples=[OpenApiExample("report", value=EXAMPLE_REPORT, request_only=True)],
    then=_taken,
)
def send(call: Call) -> list[Any]:
    """Machines and people send reports."""
    content, seen = validate_report(call.request.data), tags_of(call.request)
    sending = ReportOrder(content.pop("source_version", ""), None if seen is None else frozenset(seen))
    occurred, agency = occurred_of(content), _agency(call.request)
    lead, result = receive_lead(content, actor=call.actor, agency=agency, occurred=occurred, sending=sending)
    flags = [*find_flags(content), *control_flags(content, conduct_day(occurred[0], lead.received_at))]
    is_new = result is ReportEffect.NEW
    # A new lead has no outcome yet; omitting the query matters in a burst of reports.
    became = [] if is_new else receipt_lines(lead, call.actor)
    call.once = {**Receipt(lead, context={"flags": flags}).data, "outcome": became}
    call.tag(lead.revision)
    if is_new:
        call.locate(lead)
    call.status = 201 if is_new else 200
    return [lead.pk, result if result is ReportEffect.STALE else ""]


class LeadSchema(DetailSchema):
    """Two kinds of callers get two kinds of answers."""

    def get_response_serializers(self) -> Any:
        receipt = self.resolve_serializer(FullReceipt, "response").ref
        return {200: {"oneOf": [receipt, super().get_response_serializers()[200]]}}


class LeadView(DetailView):
    """The receipt for the sender, the lead for people who may see it."""

    operations = {
        "GET": Operation(
            "read",
            _("Read one"),
            _(
                "A connected system gets the receipt of a lead that it sent; a person gets the lead as "
                "visible to that person."
            ),
            tagged=True,
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
