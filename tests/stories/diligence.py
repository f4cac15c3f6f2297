"""Reviews of exporters and their questionnaires."""

from datetime import date, timedelta
from typing import Any

from agencies.kernel import times
from coordination.prevention.diligence.actions import begin_review, publish_questionnaire
from coordination.prevention.diligence.models import Questionnaire, Review

from ..kept_stories import story
from .basics import walk
from .exporters import exporter

ITEMS = (
    "number,kind,question_zh,question_en,gap,basis\n"
    "1,yes_no,是否核实最终用户？,Do you verify the end user?,no,ECL art.15\n"
    "2,file,最终用户证明编号,Number of the end user certificate,empty,ECL art.15\n"
    "3,date,证明有效期截止日,Last day of its validity,past,\n"
)
ANSWERS = "number,answer,paper\n1,no,\n2,,证明〔2026〕1号\n3,2030-01-01,\n"


def in_days(days: int) -> date:
    return times.today() + timedelta(days=days)


def findings(*gaps: str, days: int = 30) -> str:
    """A finding for each item; those named are gaps."""
    lines = [
        f"{number},gap,,The record of item {number},{in_days(days)}" if number in gaps else f"{number},in_order,,,"
        for number in ("1", "2", "3")
    ]
    return "\n".join(["number,verdict,remark,gap,due_on", *lines])


@story
def questionnaire(cast: Any, by: str = "commerce.lead", **given: Any) -> Questionnaire:
    """A questionnaire of three items, which the commerce bureau keeps."""
    named = {"code": "SHORT", "name_zh": "最终用户核查问卷", "name_en": "Check of end users", "items": ITEMS}
    return publish_questionnaire(actor=cast[by], **named | given)


@story
def review(cast: Any, state: str = "DRAFT", by: str = "commerce.officer", gaps: tuple[str, ...] = ("1",)) -> Review:
    """A review by the commerce bureau, walked to `state`; item 1 is a gap."""
    lead = by.replace("officer", "lead")
    asked = questionnaire(cast, by=lead)
    made = begin_review(exporter(cast, by=by), actor=cast[by], questionnaire=str(asked.pk))
    steps = {
        "SENT": [("send", by, {"sent_by": "post", "due_on": in_days(20)})],
        "ANSWERED": [("answer", by, {"answered_by": "exporter", "answers": ANSWERS})],
        "REVIEWED": [("assess", by, {"findings": findings(*gaps)})],
        "CLOSED": [("close", by, {"conclusion": "All in order."})],
    }
    if state == "WITHDRAWN":
        walk(cast, made, [("withdraw", by, {"reason": "It no longer exports."})])
    elif state != "DRAFT":
        for reached, step in steps.items():
            walk(cast, made, step)
            if reached == state:
                break
    assert made.state == state
    return made
