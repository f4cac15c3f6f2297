"""For connected systems: sending reports, and reading what became of them."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BooleanField, CharField, DateField

from agencies.kernel import times
from agencies.kernel.filtering import start_of
from agencies.kernel.paging import page_of
from agencies.kernel.permissions import API_CALLER, actor_of, scope, scope_or_reader
from agencies.kernel.resource import RESOURCES
from agencies.kernel.strict import StrictQuery
from agencies.machines.models import ApiKey
from agencies.organisations.models import Agency
from cases.intake.models import Lead
from cases.intake.receiving import ReportEffect, ReportOrder, SentReport, find_flags, receive_lead, refuse_source
from cases.intake.serializers import (
    CheckedReport,
    DayDigest,
    Receipt,
    Report,
    SentReceipt,
    occurred_of,
    validate_report,
)
from cases.intake.verdicts import conduct_day, control_flags

from . import nouns
from .contract import EXAMPLE_REPORT
from .inputs import refuse_unknown
from .operations import Call, get, is_test, post
from .outcomes import OutcomeShape, receipt_lines
from .versions import tags_of

VALIDATE_ONLY = OpenApiParameter("validate_only", str, enum=["true", "false"])


def validates_only(call: Call) -> bool:
    return call.query.get("validate_only") == "true"


class FullReceipt(Receipt):
    """The receipt, and what became of the report, one entry for each step, as far as the sender may know."""

    outcome = OutcomeShape(many=True)


class TakenReceipt(FullReceipt):
    """`stale` is true, and only present, if a report arrived after a newer one and therefore changed nothing, `test` if
    it was sent with a test key and therefore not stored."""

    stale = BooleanField(required=False)
    test = BooleanField(required=False)


def _taken(call: Call, pk: str = "", stale: str = "") -> Response:
    """The receipt; a repeat gets it as it is then, with what became of the report. Nothing was made: it was checked."""
    if not pk:
        return Response(_checked(call))
    marks = {name: True for name, is_so in (("stale", stale), ("test", is_test(call.request))) if is_so}
    receipt = call.once or receipt_of(call, pk)
    call.tag(receipt["revision"])
    return Response(receipt | marks)


def _checked(call: Call) -> dict[str, Any]:
    """What the report would meet. Nothing is stored. Raises what sending it would raise for its fields and source."""
    content = validate_report(call.request.data)
    content.pop("source_version", "")
    refuse_source(content, actor=call.actor)
    sent = SentReport(content, occurred_of(content))
    return checked([sent], call)[0]


def checked(reports: Sequence[SentReport], call: Call) -> list[dict[str, Any]]:
    """The flags of each valid report, and the revision of the lead that it would meet."""
    leads = Lead.objects.visible_to(call.actor).filter(
        source_agency=agency_of(call.request), source_ref__in={sent.content["source_ref"] for sent in reports}
    )
    known = {(lead.source_system, lead.report_type, lead.source_ref): lead.revision for lead in leads}
    found = []
    for sent in reports:
        day = conduct_day(sent.occurred[0], times.now())
        flags = [*find_flags(sent.content), *control_flags(sent.content, day)]
        found.append(dict(CheckedReport({"revision": known.get(sent.key), "flags": flags}).data))
    return found


def _described_taken(schema: Any) -> dict[str, Any]:
    return {"oneOf": [schema.resolve_serializer(one, "response").ref for one in (TakenReceipt, CheckedReport)]}


@post(
    "leads/",
    "send",
    _("Send a report"),
    _(
        "201 for a new lead, 200 for a known one: the same content changes nothing, different content revises "
        "it. Systems and people do not revise each other's reports. With “validate_only” nothing is stored: the answer "
        "has the flags of the report and the revision of the lead that it would meet."
    ),
    permission=scope("leads:write"),
    callers=API_CALLER,
    accepts=Report,
    answers=TakenReceipt,
    describes=_described_taken,
    query=[VALIDATE_ONLY],
    statuses=(200, 201),
    matches=True,
    tagged=True,
    examples=[OpenApiExample("report", value=EXAMPLE_REPORT, request_only=True)],
    then=_taken,
)
def send(call: Call) -> list[Any]:
    """Machines and people send reports."""
    if validates_only(call):
        call.status = 200
        return []
    content, seen = validate_report(call.request.data), tags_of(call.request)
    sending = ReportOrder(content.pop("source_version", ""), None if seen is None else frozenset(seen))
    occurred, agency = occurred_of(content), agency_of(call.request)
    lead, result = receive_lead(content, actor=call.actor, agency=agency, occurred=occurred, sending=sending)
    flags = [*find_flags(content), *control_flags(content, conduct_day(occurred[0], lead.received_at))]
    is_new = result is ReportEffect.NEW
    # A new lead has no outcome yet; omitting the query matters in a burst of reports.
    became = [] if is_new else receipt_lines(lead, call.actor)
    call.once = {**Receipt(lead, context={"flags": flags}).data, "outcome": became}
    if is_new:
        call.locate(lead)
    call.status = 201 if is_new else 200
    return [lead.pk, result if result is ReportEffect.STALE else ""]


# Look-up by systems --------------------------------------------------------------------------------------------------
LEADS = RESOURCES["leads"]
LIST: Any = LEADS.listing


def _described_list(schema: Any) -> dict[str, Any]:
    """Two kinds of callers get two kinds of rows."""
    of_people = nouns.described_list(LEADS, LIST, schema)
    row = schema.resolve_serializer(SentReceipt, "response").ref
    of_systems = {**of_people, "properties": {**of_people["properties"], "results": {"type": "array", "items": row}}}
    return {"oneOf": [of_systems, of_people]}


OF_SYSTEMS = ("source_system", "source_ref", "changed_after", "sort", "size", "after")


def _check_filters(request: Request) -> None:
    """A system asks for what it sent. The other filters would say more of a lead than its receipt does."""
    if actor_of(request).kind == "machine":
        refuse_unknown(request.query_params, OF_SYSTEMS)
    nouns.check_filters(LIST, request)


@get(
    "leads/",
    "list",
    _("List"),
    _(
        "A person gets one page of what the list page shows, with the same filters. A connected system gets the leads "
        "of its own sources, by “source_ref” and “source_system”, or with “changed_after” all that changed since, "
        "oldest change first; the other filters are for people."
    ),
    permission=scope_or_reader("leads:read"),
    callers=API_CALLER,
    query=partial(nouns.filters_of, LIST),
    check=_check_filters,
    describes=_described_list,
)
def leads(call: Call) -> dict[str, Any]:
    """The list of people, or the receipts of a system."""
    if call.actor.kind != "machine":
        return nouns.listed(LEADS, LIST, call)
    rows = LIST.filters(call.query, Lead.objects.visible_to(call.actor), actor=call.actor).qs
    page = page_of(rows, call.query, sorts={"changed": "updated_at"}, default="changed", size=call.size)
    return call.paged(page, [SentReceipt(lead).data for lead in page.items])


class DayInput(StrictQuery):
    """A day of receipt in Shanghai, by default today, and one source of the caller, by default all."""

    day = DateField(required=False)
    source_system = CharField(max_length=60, required=False)


@get(
    "leads/digest/",
    "digest",
    _("Digest of a day"),
    _("What was received from one source on one day, as a number and a digest, to be compared with the own record."),
    permission=scope_or_reader("leads:read"),
    callers=API_CALLER,
    query=[
        OpenApiParameter("day", {"type": "string", "format": "date"}),
        OpenApiParameter("source_system", {"type": "string", "minLength": 1}),
    ],
    answers=DayDigest,
)
def digest(call: Call) -> dict[str, Any]:
    asked = call.asked(DayInput)
    day = asked.get("day", times.today())
    rows = Lead.objects.visible_to(call.actor)
    rows = rows.filter(received_at__gte=start_of(day), received_at__lt=start_of(day + timedelta(days=1)))
    if source := asked.get("source_system", ""):
        rows = rows.filter(source_system=source)
    lines = sorted("\t".join(row).encode() for row in rows.values_list("report_type", "source_ref", "source_version"))
    found = hashlib.sha256(b"\n".join(lines)).hexdigest()
    return {"day": day, "source_system": source, "leads": len(lines), "digest": found}


def _described(schema: Any) -> dict[str, Any]:
    """Two kinds of callers get two kinds of answers."""
    receipt = schema.resolve_serializer(FullReceipt, "response").ref
    return {"oneOf": [receipt, nouns.described(RESOURCES["leads"], schema)]}


@get(
    "leads/<uuid:pk>/",
    "read",
    _("Read one"),
    _(
        "A connected system gets the receipt of a lead that it sent, or 304 while the receipt is the one that "
        "If-None-Match names; a person gets the lead as visible to that person."
    ),
    permission=scope_or_reader("leads:read"),
    callers=API_CALLER,
    conditional=True,
    describes=_described,
)
def lead(call: Call, pk: UUID) -> Any:
    """The receipt for the sender, the lead for people who may see it."""
    if call.actor.kind != "machine":
        return nouns.read(RESOURCES["leads"], call, pk)
    receipt = receipt_of(call, pk)
    return call.unless_known(receipt, revision=receipt["revision"])


def receipt_of(call: Call, pk: UUID | str) -> dict[str, Any]:
    """Raises Http404 for a lead that the caller may not see."""
    found = get_object_or_404(Lead.objects.visible_to(call.actor), pk=pk)
    return {**Receipt(found).data, "outcome": receipt_lines(found, call.actor)}


def agency_of(request: Request) -> Agency:
    """The caller's agency, from its key or session."""
    caller: Any = request.auth.client if isinstance(request.auth, ApiKey) else request.user
    agency: Agency = caller.agency
    return agency
