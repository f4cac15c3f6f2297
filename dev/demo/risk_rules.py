"""Legs of two shipments of the demonstration, risk rules of the centre and of customs, and what they find."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from agencies.journal.transitions import confirmed_by
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.people.models import User
from agencies.people.sight import actor_for
from cases.casefile.correcting import add_leg
from cases.casefile.models import Case, Shipment
from coordination.prevention.routerisk.actions import RULE_ACTIONS, draft_rule, judge_finding
from coordination.prevention.routerisk.following import follow
from coordination.prevention.routerisk.models import RiskFinding, RiskRule

DECLARATION = "报关单（演示）"
BILL = "提单及境外协查复函（演示）"
# Declaration number → legs: chain, from, to, days ago of departure and arrival, and what else is known.
LEGS: dict[str, tuple[tuple[Any, ...], ...]] = {
    "220020260000000233": (
        ("declared", "CHN", "蛇口", "VNM", "海防", 92, 87, {"mode": "sea", "vessel": "EXAMPLE STAR 021W"}),
        ("actual", "CHN", "蛇口", "MYS", "巴生", 92, 84, {"mode": "sea", "vessel": "EXAMPLE STAR 021W"}),
        ("actual", "MYS", "巴生", "USA", "长滩", 80, 58, {"mode": "sea", "consignee": "Example Minerals Inc (demo)"}),
    ),
    "860020260000000231": (
        (
            "declared",
            "CHN",
            "昆明",
            "THA",
            "曼谷",
            75,
            71,
            {"mode": "road", "consignee": "Example Siam Trading (demo)"},
        ),
        ("actual", "CHN", "昆明", "THA", "曼谷", 75, 70, {"mode": "road", "consignee": "Example Siam Trading (demo)"}),
    ),
}
REVISED = "HG-PRICE"
COORDINATOR, LEAD = "centre.coordinator", "customs.lead"
SECOND = {COORDINATOR: "centre.supervisor", LEAD: "customs.head"}
# Who keeps it, whether it is in force, and the rule.
RULES: tuple[tuple[str, bool, dict[str, Any]], ...] = (
    (
        *(COORDINATOR, True),
        {"code": "R-DIVERTED", "kind": "diverted", "weight": 5}
        | {"name_zh": "实际目的地与申报不一致", "name_en": "Actual destination differs"},
    ),
    (
        *(COORDINATOR, True),
        {"code": "R-TRANSIT", "kind": "transit", "weight": 4, "via": "VNM MYS SGP THA HKG KOR"}
        | {"name_zh": "管制物项经周边转口", "name_en": "Controlled goods through neighbouring ports"},
    ),
    (
        *(LEAD, True),
        {"code": "HG-PRICE", "kind": "price", "weight": 3, "material": "antimony", "low": "180"}
        | {"name_zh": "锑品单价偏低", "name_en": "Antimony below its usual price"},
    ),
    (
        *(LEAD, False),
        {"code": "HG-SPLIT", "kind": "split", "weight": 3, "shipments": 2, "days": 30, "weight_kg": "20000"}
        | {"name_zh": "化整为零出运", "name_en": "Split consignments"},
    ),
)


def load_risk_rules() -> None:
    """Idempotent."""
    if RiskRule.objects.exists():
        return
    actors = {name: _actor(name) for name in (*SECOND, *SECOND.values(), "customs.officer")}
    for number, legs in LEGS.items():
        for leg in legs:
            _add_leg(Shipment.objects.get(declaration_no=number), *leg, actor=actors["customs.officer"])
    for keeper, is_active, given in RULES:
        rule = draft_rule(actor=actors[keeper], **given)
        if is_active:
            _put_into_force(rule, keeper, actors)
    while follow():
        pass
    # The next version of the rule of customs takes the place of the first one, whose findings are gone.
    first = RiskRule.objects.select_related("agency").get(code=REVISED)
    second = RULE_ACTIONS["revise"](first, actor=actors[LEAD])
    words = {name: getattr(second, name) for name in ("name_zh", "name_en", "weight")}
    RULE_ACTIONS["edit"](second, actor=actors[LEAD], low=Decimal(170), **words)
    second.refresh_from_db()
    _put_into_force(second, LEAD, actors)
    while follow():
        pass
    found = RiskFinding.objects.standing().filter(rule__code="R-DIVERTED").order_by("created_at", "pk")[0]
    judge_finding(found, actor=actors["customs.officer"], verdict="useful", reason="境外协查证实货物最终运抵美国")


def _put_into_force(rule: RiskRule, keeper: str, actors: Mapping[str, Actor]) -> None:
    with confirmed_by(actors[SECOND[keeper]]):
        RULE_ACTIONS["activate"](rule, actor=actors[keeper], reason="试运行结果符合预期")


def _actor(username: str) -> Actor:
    return actor_for(User.objects.select_related("agency").get(username=username))


def _add_leg(
    shipment: Shipment, chain: str, start: str, place: str, end: str, there: str, *days_and_more: Any, actor: Actor
) -> None:
    departed, arrived, more = days_and_more
    add_leg(
        Case.objects.get(pk=shipment.case_id),
        actor=actor,
        shipment=str(shipment.pk),
        chain=chain,
        source=DECLARATION if chain == "declared" else BILL,
        from_country=start,
        from_place=place,
        to_country=end,
        to_place=there,
        departs_on=times.today() - timedelta(days=departed),
        arrives_on=times.today() - timedelta(days=arrived),
        **more,
    )
