"""For connected systems: sending reports, and reading what became of them."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BooleanField

from agencies.kernel.permissions import API_CALLER, scope, scope_or_reader
from agencies.kernel.resource import RESOURCES
from agencies.machines.models import ApiKey
from agencies.organisations.models import Agency
from cases.intake.models import Lead
from cases.intake.receiving import ReportEffect, ReportOrder, find_flags, receive_lead
from cases.intake.serializers import Receipt, Report, occurred_of, validate_report
from cases.intake.verdicts import conduct_day, control_flags

from . import nouns
from .contract import EXAMPLE_REPORT
from .operations import Call, get, post
from .outcomes import OutcomeShape, receipt_lines
from .versions import tags_of


class FullReceipt(Receipt):
    """The receipt, and what became of the report, one entry for each step, as far as the sender may know."""

    outcome = OutcomeShape(many=True)


class TakenReceipt(FullReceipt):
    """`stale` is true, and only present, if a report arrived after a newer one and therefore changed nothing."""

    stale = BooleanField(required=False)


def _taken(call: Call, pk: str, stale: str) -> Response:
    """The receipt; a repeat gets it as it is then, with what became of the report."""
    return Response((call.once or receipt_of(call, pk)) | ({"stale": True} if stale else {}))


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


def _described(schema: Any) -> dict[str, Any]:
    """Two kinds of callers get two kinds of answers."""
    receipt = schema.resolve_serializer(FullReceipt, "response").ref
    return {"oneOf": [receipt, nouns.described(RESOURCES["leads"], schema)]}


@get(
    "leads/<uuid:pk>/",
    "read",
    _("Read one"),
    _("A connected system gets the receipt of a lead that it sent; a person gets the lead as visible to that person."),
    permission=scope_or_reader("leads:read"),
    callers=API_CALLER,
    tagged=True,
    describes=_described,
)
def lead(call: Call, pk: UUID) -> dict[str, Any]:
    """The receipt for the sender, the lead for people who may see it."""
    return receipt_of(call, pk) if call.actor.kind == "machine" else nouns.read(RESOURCES["leads"], call, pk)


def receipt_of(call: Call, pk: UUID | str) -> dict[str, Any]:
    """Raises Http404 for a lead that the caller may not see."""
    found = get_object_or_404(Lead.objects.visible_to(call.actor), pk=pk)
    call.tag(found.revision)
    return {**Receipt(found).data, "outcome": receipt_lines(found, call.actor)}


def _agency(request: Request) -> Agency:
    """The caller's agency, from its key or session."""
    caller: Any = request.auth.client if isinstance(request.auth, ApiKey) else request.user
    agency: Agency = caller.agency
    return agency
