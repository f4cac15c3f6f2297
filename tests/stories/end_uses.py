"""Findings of military end use."""

from typing import Any

from agencies.journal.transitions import confirmed_by
from cases.casefile.models import Case
from coordination.prevention.enduse.actions import examine
from coordination.prevention.enduse.models import EndUseFinding

from ..kept_stories import story
from .basics import act, walk
from .casefile import shared_case

FACTS = {"facts": ["armed_forces"], "answer": "yes", "source": "Register of companies, extract 7"}
CONCLUSION = {"conclusion": "indicated", "because": "It is an institute of the navy."}


@story
def end_use(cast: Any, state: str = "OPEN", matter: Case | None = None) -> EndUseFinding:
    """About the first party of customs' case, which commerce shares, walked to `state`."""
    found = matter or shared_case(cast)
    made = act(cast, "customs.officer", examine, found, party=str(found.parties.all()[0].pk))
    if state == "WITHDRAWN":
        walk(cast, made, [("withdraw", "customs.officer", {"reason": "Begun on the wrong party."})])
    elif state != "OPEN":
        walk(cast, made, [("record_facts", "customs.officer", FACTS), ("conclude", "customs.officer", CONCLUSION)])
    if state == "OUTDATED":
        walk(cast, made, [("change_facts", "commerce.officer", {**FACTS, "answer": "no", "source": "The embassy"})])
    assert made.state == state
    return made


def establish(cast: Any, made: EndUseFinding) -> None:
    """Two people of customs establish military end use."""
    with confirmed_by(cast["customs.lead"]):
        walk(cast, made, [("conclude", "customs.officer", {**CONCLUSION, "conclusion": "established"})])
