"""Leads on arrival: the routing rules of the agency use what the report says."""

from datetime import date
from typing import Any

from django.db.models import Q

from agencies.kernel.actor import Actor
from agencies.kernel.resource import ArrivalRouting, ReadableReport

from .models import Lead
from .receiving import lead_stream
from .verdicts import conduct_day


def report_of(lead: Lead, content: dict[str, Any]) -> ReadableReport:
    return ReadableReport(content=content, severity=lead.severity, techniques=content.get("techniques", []))


def _report(lead: Lead, reader: Actor) -> ReadableReport:
    return report_of(lead, lead.revisions.get(number=lead.revision).content)


def _day(lead: Lead) -> date:
    return conduct_day(lead.occurred_at, lead.received_at).day


ROUTED = ArrivalRouting(
    agency="agency",
    person="officer",
    at="created_at",
    open=lambda rows: rows.to_triage(),
    round="revision",
    again=Q(state=Lead.State.RECEIVED, officer=None),  # a revised lead, only while it is unclaimed
    stream=lambda lead: lead_stream(lead.pk),
    day=_day,
    of_case=False,
    report=_report,
)
