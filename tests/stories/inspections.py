"""Inspections at exporters."""

from typing import Any

from coordination.prevention.inspections.actions import plan_on_case, plan_on_exporter
from coordination.prevention.inspections.models import Inspection

from ..kept_stories import story
from .basics import walk
from .diligence import in_days
from .exporters import exporter

ELSEWHERE = "苏州远航材料有限公司"
FOUND = "number,finding,remark\n1,in_order,\n2,found,Two licences are missing\n"
REFUSED = {"refused_by": "Gatekeeper", "refusal": "The gate stayed closed", "witness": "Neighbour"}


def plan(cast: Any, by: str = "commerce.officer", **rest: Any) -> dict[str, Any]:
    """The answers of a plan: the officer and the lead of the agency, in the next ten days."""
    lead = by.replace("officer", "lead")
    return {
        "site": "深圳市南山区科技路1号",
        "basis": "random",
        "starts_on": in_days(1),
        "ends_on": in_days(10),
        "first_officer": str(cast.user(by).pk),
        "first_certificate": "执法0001",
        "second_officer": str(cast.user(lead).pk),
        "second_certificate": "执法0002",
        "checklist": "Licences\nStock",
    } | rest


def both(cast: Any, by: str = "commerce.officer") -> list[str]:
    return [str(cast.user(who).pk) for who in (by, by.replace("officer", "lead"))]


@story
def inspection(
    cast: Any, state: str = "PLANNED", by: str = "commerce.officer", at: Any = None, matter: Any = None, **rest: Any
) -> Inspection:
    """An inspection by the commerce bureau, walked to `state`. It begins on the case `matter`, else at an exporter, and
    finds an irregularity."""
    given = plan(cast, by, **rest)
    made = (
        plan_on_case(matter, actor=cast[by], **given)
        if matter
        else plan_on_exporter(at or exporter(cast, by=by, name=ELSEWHERE, uscc=""), actor=cast[by], **given)
    )
    present = both(cast, by)
    start = ("start", by, {"present": present, "shown_to": "王经理"})
    finish = ("finish", by, {"findings": FOUND, "minutes": "Inspected from 9 to 11."})
    paths = {
        "UNDER_WAY": [start],
        "DONE": [start, finish],
        "REFUSED": [("refuse", by, {"present": present, **REFUSED})],
        "CLOSED": [start, finish, ("close", by, {"follow_up": "letter", "follow_up_reference": "函〔2026〕1号"})],
        "CANCELLED": [("cancel", by, {"reason": "Another agency inspected."})],
    }
    walk(cast, made, paths.get(state, []))
    assert made.state == state
    return made
