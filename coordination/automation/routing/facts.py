"""Facts that rules are compared with, limited to what the receiving agency may read.

Before the receipt of a criminal transfer is signed, the receiver sees only the envelope; rules and explanations are
limited to it.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from agencies.kernel.actor import Actor, Role
from agencies.organisations.models import Agency
from cases.casefile.facts import verdict_of_case
from cases.casefile.models import Case
from cases.controls.destinations import goods_of
from cases.controls.store import current
from cases.intake.models import Lead
from cases.intake.verdicts import conduct_day, destinations, verdict_of
from cases.proceedings.models import Proceeding
from coordination.exchange.referrals.access import reads_package
from coordination.exchange.referrals.models import Referral
from coordination.exchange.referrals.packages import envelope_of, snapshot
from coordination.exchange.tasks.models import Task

from .models import Kind

Content = Mapping[str, Any]

# Ways of evasion that indicate one violation type. A report names ways and no types; triage sets the type. Splitting,
# relabelling and shell firms fit several types and indicate none.
POINTS_AT = {
    **dict.fromkeys(("MISNAME", "MISHS", "MISCONTENT", "UNDERVALUE", "CROSS_DOCS"), "false_declaration"),
    "CONCEAL": "concealment",
    "TRANSSHIP": "third_country_transshipment",
    "FALSE_EUC": "end_use_diversion",
    "EXPRESS": "parcels",
    "BYPASS": "undeclared_export",
    "BONDED": "bonded_irregularity",
    "LIC_ABUSE": "licence_abuse",
    "TECH": "technology_transfer",
}


def facts_of(thing: Any, agency: Agency) -> dict[str, Any]:
    return OF[type(thing)](thing, agency)


def _of_lead(lead: Lead, agency: Agency) -> dict[str, Any]:
    return facts_of_lead(lead, lead.revisions.get(number=lead.revision).content)


def facts_of_lead(lead: Lead, content: Content) -> dict[str, Any]:
    """Facts of a lead, from content that was already read."""
    day = conduct_day(lead.occurred_at, lead.received_at).day
    types = {POINTS_AT[code] for code in content.get("techniques", []) if code in POINTS_AT}
    data = {"kind": Kind.LEAD.value, "severity": lead.severity, "violation_types": sorted(types) or None}
    return data | of_content(content, day)


def _of_referral(referral: Referral, agency: Agency) -> dict[str, Any]:
    data = {"kind": Kind.REFERRAL.value, "severity": None, "violation_types": None}
    reader, day = any_officer_of(agency), timezone.localdate(referral.delivered_at)
    if _reads(referral.case_id, reader):
        return data | _of_case(referral.case, day)
    packages = list(referral.packages.all())
    if reads_package(referral, reader):
        return data | of_content(packages[-1].content if packages else {}, day)
    goods = envelope_of(packages)["goods"] if packages else []
    return data | of_content({"items": [{"description": name} for name in goods]}, day)


def _of_task(task: Task, agency: Agency) -> dict[str, Any]:
    return {"kind": Kind.TASK.value} | _on_case(task, agency)


def _of_proceeding(proceeding: Proceeding, agency: Agency) -> dict[str, Any]:
    return {"kind": Kind.PROCEEDING.value} | _on_case(proceeding, agency)


def _on_case(thing: Any, agency: Agency) -> dict[str, Any]:
    day = timezone.localdate(thing.created_at)
    if _reads(thing.case_id, any_officer_of(agency)):
        return _of_case(thing.case, day)
    return {"severity": None, "violation_types": None} | of_content({}, day)


def _of_case(case: Case, day: date) -> dict[str, Any]:
    types = sorted(case.violation_types.values_list("code", flat=True))
    facts = {"severity": case.severity, "violation_types": types or None} | of_content(snapshot(case), day)
    return facts | {"verdict": verdict_of_case(case) or None}


def _reads(case_id: UUID, reader: Actor) -> bool:
    return bool(Case.objects.contents_visible_to(reader).filter(pk=case_id).exists())


def any_officer_of(agency: Agency) -> Actor:
    """An officer of the agency: what they may read, the agency's rules may use."""
    return Actor(
        kind="user",
        id=str(UUID(int=0)),
        agency_id=agency.pk,
        agency_code=agency.code,
        line=agency.line,
        roles=frozenset({Role.OFFICER}),
    )


def of_content(content: Content, day: date) -> dict[str, Any]:
    """Facts of a report, package or case in the shape of the intake contract; None for what is missing.

    `day` is the one whose control law applies.
    """
    items, shipments = content.get("items") or [], content.get("shipments") or []
    districts = sorted({one["customs_district"] for one in shipments if one.get("customs_district")})
    values = [one.get("value") if one.get("currency") == "CNY" else None for one in items]
    return {
        "materials": _materials(items),
        "verdict": verdict_of(content, day) or None,
        "districts": districts or None,
        "destinations": destinations({"shipments": shipments}) or None,
        **_sum("value_cny", values),
        **_sum("weight_kg", [one.get("net_weight_kg") for one in items]),
    }


def _materials(items: Iterable[Content]) -> list[str] | None:
    """Families of controlled goods that match codes or terms; [] if the goods are known and none matches."""
    listed = list(items)
    if not listed:
        return None
    book = current()
    found = {match.goods.material for item in listed for match in goods_of(item, book)}
    return sorted(found)


def _sum(name: str, parts: list[Any]) -> dict[str, Any]:
    known = [Decimal(str(part)) for part in parts if part not in (None, "")]
    total = format(sum(known, Decimal(0)), "f") if known else None
    return {name: total, f"{name}_complete": bool(parts) and len(known) == len(parts)}


OF: dict[type[Any], Callable[[Any, Agency], dict[str, Any]]] = {
    Lead: _of_lead,
    Referral: _of_referral,
    Task: _of_task,
    Proceeding: _of_proceeding,
}
