"""How customs report a lead because of a query that is on no case: what they are asked, what the report says, and who
sees the lead from the query."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from agencies.kernel.action_fields import ActionField, OptionalField
from agencies.kernel.actor import Actor
from agencies.organisations.models import Agency
from cases.casefile.models import Handling, Severity
from cases.casefile.rows import as_answer
from cases.intake.labels import FIELDS, MANUAL
from cases.intake.models import Lead
from cases.intake.serializers import HS_CODE, validate_report

from .models import CustomsQuery
from .verdict import FROM

REPORT_TYPE = "customs_query"
LONGEST = 4000


def _usual_handling(query: CustomsQuery, actor: Actor) -> str:
    return Agency.objects.get(pk=query.agency_id).default_handling


REPORTED = (
    ActionField("title", FIELDS["title"], max_length=300, of_new=True),
    OptionalField("narrative", FIELDS["narrative"], kind="long", of_new=True),
    ActionField(
        *("severity", FIELDS["severity"]),
        choices=Severity.choices,
        initial=lambda query, actor: Severity.MEDIUM,
        of_new=True,
    ),
    ActionField(
        *("handling_code", FIELDS["handling_code"]), choices=Handling.choices, initial=_usual_handling, of_new=True
    ),
)


def from_query(query: CustomsQuery, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """The title and the facts of the matter in the words of the query."""
    goods = query.suspected_as or query.goods
    said = (
        (_("Evidence that the goods may be controlled"), query.evidence),
        (_("What the exporter answers"), query.reply),
        (_("Licence needed"), query.reason),
    )
    narrative = "\n\n".join(f"{label}{_(': ')}{text}" for label, text in said if text)
    return {"title": f"{goods} · {query.exporter}"[:300], "narrative": narrative[:LONGEST]}


def report_of(query: CustomsQuery, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The validated report: the answers, and exporter, goods and declaration as the query has them."""
    exporter: dict[str, Any] = {"role": "exporter", "name": query.exporter, "country": FROM}
    if query.uscc:
        exporter["identifiers"] = [{"scheme": "USCC", "value": query.uscc}]
    others = (("consignee", query.consignee), ("end_user", query.end_user))
    item = {
        "description": query.suspected_as or query.goods,
        "declared_as": query.goods,
        "hs_code": query.hs_code if HS_CODE.fullmatch(query.hs_code) else "",
        "control_code": query.control_code,
        "net_weight_kg": as_answer(query.net_weight_kg),
        "value": as_answer(query.value),
        "currency": query.currency,
    }
    shipment = {
        "declaration_no": query.declaration_no,
        "licence_no": query.licence_no,
        "route": [FROM, query.destination],
        "final_destination": query.destination,
        "mode": "export",
    }
    return validate_report(
        {
            **answers,
            "source_system": MANUAL,
            "report_type": REPORT_TYPE,
            "source_ref": query.number,
            "occurred_at": query.declared_on.isoformat(),
            "parties": [exporter, *({"role": role, "name": name} for role, name in others if name)],
            "items": [item],
            "shipments": [shipment],
        }
    )


def lead_of(query: CustomsQuery, actor: Actor) -> Lead | None:
    """The lead that was reported because of the query, if the reader sees it."""
    if query.lead_id is None:
        return None
    return Lead.objects.visible_to(actor).filter(pk=query.lead_id).first()
