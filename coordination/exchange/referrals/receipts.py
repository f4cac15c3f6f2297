"""Receipt of notices (送达). A notice has two dates: its issue, and its receipt, from which its periods run.

The addressee confirms the receipt, or the issuer records it from its proof of service; an act that answers the notice
shows it as well. No statute gives days for recording it, so an internal target (INT_RECEIPT) watches that it is done.
A referral has one notice at a time: the next one, and any other change of state, takes its place.
"""

from datetime import date, datetime, time
from typing import Any

from agencies.journal.transitions import TIME_OF_ACT
from cases.clocks.counting import SHANGHAI

from .models import Referral
from .workflow import workflow_of

RECEIPT = "INT_RECEIPT"
NO_NOTICE: dict[str, Any] = {
    "notice_verb": "",
    "notice_issued_at": None,
    "notice_received_at": None,
    "notice_proof": "",
}


def notice_columns(referral: Referral, verb: str, paper: str) -> dict[str, Any]:
    """What a transition changes about the notice: a new one, its receipt, or its end unreceived.

    Reads the notice anew, since another transition may have changed it; the case is locked.
    """
    line = workflow_of(referral).transitions[verb]
    if line.notice:
        return {**NO_NOTICE, "notice_verb": verb, "notice_issued_at": TIME_OF_ACT}
    if line.receives or referral.notice_pending:
        referral.refresh_from_db(fields=list(NO_NOTICE))
    if not referral.notice_pending:
        return {}
    if line.receives:
        return {"notice_received_at": TIME_OF_ACT, "notice_proof": paper if verb == "record_service" else ""}
    return NO_NOTICE if line.to is not None else {}


def received_with(dated: date, at: datetime) -> dict[str, Any]:
    """The notice of an opinion that its addressee recorded from the letter: issued on its date, received at `at`."""
    issued = min(at, datetime.combine(dated, time.min, SHANGHAI))
    return {"notice_verb": "send", "notice_issued_at": issued, "notice_received_at": at}


def periods_of_notice(referral: Referral) -> tuple[str, ...]:
    """The rules whose periods begin when the present notice is received."""
    starts = workflow_of(referral).transitions[referral.notice_verb].starts
    return tuple(code for code in starts if referral.has_cause(code))
