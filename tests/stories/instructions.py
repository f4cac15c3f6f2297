"""Instructions."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from cases.casefile.models import Case
from cases.proceedings.actions import open_proceeding
from cases.sharing.actions import share_case
from coordination.exchange.instructions.actions import CASE_ACTIONS as LETTERS
from coordination.exchange.instructions.models import Instruction

from ..kept_stories import story
from .basics import act, walk
from .casefile import case


@story
def instruction(
    cast: Any, state: str = "DRAFT", kind: str = "instruct", matter: Case | None = None, **rest: Any
) -> Instruction:
    """A letter of customs to its anti-smuggling bureau (kind="ask_up": of the bureau to customs), walked to `state`."""
    up = kind == "ask_up"
    inside = matter or case(cast, "antismuggling.officer" if up else "customs.officer")
    values: dict[str, Any] = {
        "receiver": "GACC" if up else "GACC_ASB",
        "title": "Who handles the antimony?",
        "text": "The goods lie in two districts.",
        "due_at": timezone.now() + timedelta(days=5),
    }
    if kind == "take_up":
        share_case(inside, actor=cast["customs.officer"], agency="GACC_ASB", profile="full", reason="theirs")
        values["origin"] = str(act(cast, "antismuggling.officer", open_proceeding, inside, kind="customs").pk)
        del values["receiver"]
    writer, reader = ("antismuggling", "customs") if up else ("customs", "antismuggling")
    made = LETTERS[kind](inside, actor=cast[f"{writer}.officer"], **values | rest)
    by_office = kind in ("instruct", "designate", "take_up")
    sent = ("issue", f"{writer}.head", {}) if by_office else ("send", f"{writer}.lead", {})
    received = [sent, ("receive", f"{reader}.officer", {})]
    report = "hand_up" if kind == "take_up" else "report"
    paths: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
        "DRAFT": [],
        "HEAD_DECISION": [("submit", f"{writer}.officer", {})],
        "SENT": [sent],
        "RECEIVED": received,
        "OBJECTED": [sent, ("object", f"{reader}.lead", {"objection": "Not within our district"})],
        "REPORTED": [*received, (report, f"{reader}.officer", {"answer": "Two containers opened"})],
        "RETURNED": [sent, ("return", f"{reader}.officer", {"reason": "Which districts?"})],
        "AGREED": [*received, ("agree", f"{reader}.lead", {"answer": "As you propose"})],
    }
    walk(cast, made, paths[state])
    assert made.state == state
    return made


@story
def late_instruction(cast: Any, days: int = 2, **rest: Any) -> Instruction:
    """A received instruction of customs to its anti-smuggling bureau, overdue by `days`."""
    made = instruction(cast, "RECEIVED", **rest)
    Instruction.objects.filter(pk=made.pk).update(due_at=timezone.now() - timedelta(days=days))
    return Instruction.objects.get(pk=made.pk)
