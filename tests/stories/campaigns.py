"""Campaigns and major cases."""

from datetime import timedelta
from typing import Any

from agencies.journal.transitions import confirmed_by
from agencies.kernel import times
from coordination.exchange.majorcases.actions import mark_major
from coordination.exchange.majorcases.models import MajorCase
from coordination.insight.campaigns.actions import draft_campaign
from coordination.insight.campaigns.models import Campaign

from ..kept_stories import story
from .basics import walk
from .casefile import case

BY = "centre.coordinator"


@story
def campaign(cast: Any, state: str = "RUNNING", **given: Any) -> Campaign:
    """A campaign of the centre on gallium and germanium, in which customs takes part."""
    today = times.today()
    plan = {
        "title_zh": "打击镓锗走私专项行动",
        "title_en": "Campaign against gallium and germanium smuggling",
        "purpose": "示例",
        "starts_on": today - timedelta(days=30),
        "ends_on": today + timedelta(days=60),
        "members": ["GACC", "MOFCOM_SCB"],
        "materials": ["gallium", "germanium"],
    } | given
    made = draft_campaign(actor=cast[BY], **plan)
    goal = {"metric": "cases_opened", "direction": "least", "target": 5, "due_on": plan["ends_on"]}
    walk(cast, made, [("add_goal", BY, goal)])
    step = {"agency": plan["members"][0], "title": "梳理出口数据", "due_on": plan["ends_on"]}
    walk(cast, made, [("add_step", BY, step)])
    if state in ("RUNNING", "CLOSED"):
        by_two(cast, made, "start")
    if state == "CLOSED":
        by_two(cast, made, "close", outcome="partly", report="示例总结")
    if state == "CANCELLED":
        walk(cast, made, [("cancel", BY, {"reason": "示例"})])
    assert made.state == state
    return made


def by_two(cast: Any, thing: Any, verb: str, **given: Any) -> None:
    """Performs an action that a second person of the centre confirms."""
    with confirmed_by(cast["centre.supervisor"]):
        walk(cast, thing, [(verb, BY, given)])


@story
def major_case(cast: Any, state: str = "ACTIVE", matter: Any = None) -> MajorCase:
    """The mark of a case that customs leads."""
    made = mark_major(
        matter or case(cast), actor=cast[BY], number="督〔2026〕示例", designation_reason="涉案数量特别巨大"
    )
    if state == "ENDED":
        walk(cast, made, [("end", BY, {"outcome": "concluded", "ending_reason": "示例"})])
    assert made.state == state
    return made
