"""Confidential letters."""

from typing import Any

from cases.casefile.models import Case
from coordination.exchange.confidential.actions import draft_confidential_letter, name_people
from coordination.exchange.confidential.models import ConfidentialLetter

from ..kept_stories import story
from .basics import serial, walk
from .casefile import case


@story
def confidential(cast: Any, state: str = "HEAD_DECISION", matter: Case | None = None) -> ConfidentialLetter:
    """A confidential letter by the customs officer to the head of customs and a procurator, walked to `state`."""
    values = {"addressee": "驻署纪检监察组", "official": "某关员", "facts": "He let the containers pass."}
    made = draft_confidential_letter(matter or case(cast), actor=cast["customs.officer"], **values)
    name_people(made, actor=cast["customs.officer"], people=[cast["procurator"].id], reason="theirs to receive")
    submitted = ("submit", "customs.officer", {"to": cast["customs.head"].id})
    approved = [submitted, ("approve", "customs.head", {})]
    sent = [*approved, ("send", "customs.officer", {"number": f"密〔2026〕{serial()}号"})]
    received = [*sent, ("receive", "procurator", {})]
    walks: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
        "DRAFT": [],
        "HEAD_DECISION": [submitted],
        "REFUSED": [submitted, ("refuse", "customs.head", {"ending_reason": "Hearsay"})],
        "APPROVED": approved,
        "SENT": sent,
        "RECEIVED": received,
        "ANSWERED": [*received, ("answer", "procurator", {"result": "Filed"})],
        "WITHDRAWN": [("withdraw", "customs.officer", {"ending_reason": "Cleared up"})],
    }
    walk(cast, made, walks[state])
    assert made.state == state
    return made
