"""Facts that rules are compared with, limited to what the receiving agency may read.

Before the receipt of a criminal transfer is signed, the receiver sees only the envelope; rules and explanations are
limited to it.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from agencies.kernel.actor import Actor
from agencies.kernel.resource import ArrivalRouting, ReadableReport, resource_of
from agencies.organisations.models import Agency
from agencies.people.sight import any_member_of
from cases.casefile.facts import verdict_of_case
from cases.casefile.models import Case
from cases.controls.destinations import goods_of
from cases.controls.store import current
from cases.intake.models import Content
from cases.intake.verdicts import destinations, verdict_of
from coordination.exchange.referrals.packages import snapshot

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
    routed, reader = _routed(thing), any_member_of(agency)  # what they may read, the rules of the agency may use
    if routed.of_case and _reads(thing.case_id, reader):
        return {"kind": resource_of(thing).kind} | _of_case(thing.case, routed.day(thing))
    return facts_from(thing, routed.report(thing, reader))


def facts_from(thing: Any, report: ReadableReport) -> dict[str, Any]:
    """Facts of an item, from a report that was already read."""
    types = {POINTS_AT[code] for code in report.techniques if code in POINTS_AT}
    data = {"kind": resource_of(thing).kind, "severity": report.severity, "violation_types": sorted(types) or None}
    return data | of_content(report.content, _routed(thing).day(thing))


def _routed(thing: Any) -> ArrivalRouting:
    routed = resource_of(thing).routed
    if routed is None:
        raise LookupError(f"no rules route a {resource_of(thing).kind}")
    return routed


def _of_case(case: Case, day: date) -> dict[str, Any]:
    types = sorted(case.violation_types.values_list("code", flat=True))
    facts = {"severity": case.severity, "violation_types": types or None} | of_content(snapshot(case), day)
    return facts | {"verdict": verdict_of_case(case) or None}


def _reads(case_id: UUID, reader: Actor) -> bool:
    return bool(Case.objects.contents_visible_to(reader).filter(pk=case_id).exists())


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
