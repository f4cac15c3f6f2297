"""Legs of shipments, rules about the way of goods, and their findings."""

from typing import Any

from agencies.journal.transitions import confirmed_by
from cases.casefile.correcting import add_leg
from cases.casefile.models import Case, ShipmentLeg
from coordination.prevention.routerisk.actions import RULE_ACTIONS, draft_rule
from coordination.prevention.routerisk.following import follow
from coordination.prevention.routerisk.models import RiskFinding, RiskRule

from ..kept_stories import story
from .casefile import shared_case

SECOND = {
    "customs.lead": "customs.head",
    "commerce.lead": "commerce.head",
    "police.lead": "police.head",
    "centre.coordinator": "centre.supervisor",
}


@story
def leg(cast: Any, matter: Case, chain: str = "actual", by: str = "customs.officer", **given: Any) -> ShipmentLeg:
    """A leg of the first shipment of the case, by default to Thailand."""
    shipment = matter.shipments.all()[0]
    values = {"from_country": "CHN", "to_country": "THA", "source": "Bill of lading 1", **given}
    add_leg(Case.objects.get(pk=matter.pk), actor=cast[by], shipment=str(shipment.pk), chain=chain, **values)
    return ShipmentLeg.objects.filter(shipment=shipment).latest("created_at")


@story
def risk_rule(
    cast: Any, state: str = "DRAFT", by: str = "centre.coordinator", kind: str = "diverted", **given: Any
) -> RiskRule:
    """A rule of `by`'s agency, by default that the actual destination differs, walked to `state`."""
    values = {"code": f"R-{kind}", "name_zh": "目的地不符", "name_en": "Diverted", **given}
    made = draft_rule(actor=cast[by], kind=kind, **values)
    if state != "DRAFT":
        put_into_force(cast, made, by)
    if state == "RETIRED":
        RULE_ACTIONS["retire"](made, actor=cast[by], reason="No longer useful")
    made.refresh_from_db()
    assert made.state == state
    return made


def put_into_force(cast: Any, rule: RiskRule, by: str) -> None:
    with confirmed_by(cast[SECOND[by]]):
        RULE_ACTIONS["activate"](rule, actor=cast[by], reason="Tried on real shipments")
    rule.refresh_from_db()


@story
def diverted_case(cast: Any, **rest: Any) -> Case:
    """A case shared whole with commerce, whose shipment was declared for Vietnam and found to go to Thailand."""
    made = shared_case(cast, **rest)
    leg(cast, made)
    return Case.objects.get(pk=made.pk)


@story
def risk_finding(cast: Any, by: str = "centre.coordinator", matter: Case | None = None) -> RiskFinding:
    """What a rule in force found on a diverted case."""
    rule = risk_rule(cast, "ACTIVE", by)
    found = matter or diverted_case(cast)
    if not found.legs.exists():
        leg(cast, found)
    follow()
    return RiskFinding.objects.get(rule=rule, case=found)
