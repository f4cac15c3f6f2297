"""The proof that no referral stalls: for each state who is responsible, by when, and the way out if they stay silent.

Responsible and periods are read from the tables. What no table says is written here, with its article or marked as a
setting of this system.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from agencies.kernel.workflow import Workflow
from coordination.exchange.referrals import access
from coordination.exchange.referrals.models import Referral
from coordination.exchange.referrals.workflow import BY_KIND
from coordination.exchange.referrals.workflow.steps import (
    ARBITER,
    COMPETENT,
    RECEIVER_SIDE,
    RESPONDENT,
    SENDER,
    step_of,
)

S, K = Referral.State, Referral.Kind
INTERNAL = "internal setting"
THIRD = "third"
# Whose step a rule of the tables is.
SIDES = {
    access.sender_staff: SENDER,
    access.sender_chief: SENDER,
    access.sender_office_holder: SENDER,
    access.deciding_office_holder: SENDER,
    access.receiver_staff: RECEIVER_SIDE,
    access.receiver_chief: RECEIVER_SIDE,
    access.receiver_responsible: RECEIVER_SIDE,
    access.receiver_office_holder: RECEIVER_SIDE,
    access.respondent_staff: RESPONDENT,
    access.respondent_responsible: RESPONDENT,
    access.arbiter_chief: ARBITER,
    access.centre_coordinator: ARBITER,
    access.either_staff: THIRD,
}
OWN_DRAFT = f"the agency's own draft; no other agency waits for it ({INTERNAL})"
OWN_RIGHT = f"the agency's own right; unused it leaves the decision of the other side in force ({INTERNAL})"
# No period, but the statute says that it is done at once or promptly; or no other side waits.
PROMPTLY: dict[tuple[str, str], str] = {
    (K.CRIMINAL_TRANSFER, S.DRAFT_REPORT): "at once (D310 art. 5: 立即指定专案组)",
    (K.CRIMINAL_TRANSFER, S.SUPERVISED): "the periods of the supervision (SPPR arts. 557–564)",
    (K.CONVERSION, S.DRAFT_REPORT): "promptly (MPSP art. 186)",
    (K.CONVERSION, S.HEAD_DECISION): f"promptly (MPSP arts. 175, 186); {INTERNAL}: reminded like every decision",
    (K.SUPERVISION, S.EXPLAINED): "promptly (SPPR art. 561: 应当进行审查)",
    (K.REVERSE, S.DRAFT): "promptly (D310 arts. 10, 13); INT_REVERSE runs from the finding",
    (K.REVERSE, S.SENT): "promptly (D310 art. 13)",
    (K.REVERSE, S.RESUMED): "the periods of the administrative proceeding (APL art. 60)",
    (K.REVERSE, S.RETURNED): "promptly (D310 art. 13)",
    (K.OPINION, S.RESUMED): "the period of the opinion, from its receipt (REV_PROC_OPINION)",
    (K.OPINION, S.RETURNED): "promptly (CPL art. 177)",
    (K.PROSECUTION, S.SENT): "the period of the review runs on the proceeding (CRM_PROSECUTE, CPL art. 172)",
    (K.PROSECUTION, S.IN_WORK): "the period of the review runs on the proceeding (CRM_PROSECUTE, CPL art. 172)",
    (K.PROSECUTION, S.RETURNED): "one month, which runs on the proceeding (CRM_SUPPLEMENT, CPL art. 175)",
    (K.IDENTITY, S.IN_WORK): "the period of the enquiry goes on (CRM_ASSIST, MPSP art. 353)",
    (K.ASSISTANCE, S.IN_WORK): "the target of the request goes on (INT_ASSIST)",
    (K.ADMINISTRATIVE, S.NOT_COMPETENT): "promptly (APL art. 25)",
    (K.ADMINISTRATIVE, S.DESIGNATION): "promptly (APL art. 25)",
    (K.ADMINISTRATIVE, S.CENTRE_ASKED): f"promptly ({INTERNAL})",
    (K.ADMINISTRATIVE, S.OPINED): f"promptly ({INTERNAL})",
    (K.ADMINISTRATIVE, S.AT_OFFICE): f"promptly ({INTERNAL})",
    (K.DEMAND, S.EXPLAINED): f"promptly ({INTERNAL})",
    (K.NOTICE, S.SENT): f"no answer is due ({INTERNAL})",
    (K.COPY, S.SENT): "no answer is due (JO2006 item 1)",
    **{(kind, S.DRAFT): f"promptly ({INTERNAL})" for kind in K if kind not in (K.REVERSE,)},
    **{
        (kind, S.RETURNED): f"promptly ({INTERNAL})" for kind in (K.ASSISTANCE, K.LEAD_TRANSFER, K.ECO_LEAD, K.IDENTITY)
    },
    (K.ADMINISTRATIVE, S.RETURNED): "promptly (APL art. 25)",
}
# Ways out that are no verb of the other side: no agency waits, or the way is outside the table.
WAYS_OUT: dict[tuple[str, str], str] = {
    **{(kind, S.DRAFT): OWN_DRAFT for kind in K},
    **{(kind, S.RETURNED): OWN_DRAFT for kind in K},
    (K.CRIMINAL_TRANSFER, S.DRAFT_REPORT): "the procuratorate may demand the transfer (SPPR art. 557)",
    (K.CRIMINAL_TRANSFER, S.HEAD_DECISION): "alarm and reminder; the superior orders correction (D310 art. 16)",
    (K.CRIMINAL_TRANSFER, S.APPROVED): "alarm and reminder; the superior orders correction (D310 art. 16)",
    (K.CRIMINAL_TRANSFER, S.NOT_FILED): f"{OWN_RIGHT}; the police may file (MPSP art. 178)",
    (K.CRIMINAL_TRANSFER, S.UPHELD): f"{OWN_RIGHT}; the police may file (MPSP art. 178)",
    (K.CONVERSION, S.DRAFT_REPORT): OWN_DRAFT,
    (K.CONVERSION, S.HEAD_DECISION): "alarm and reminder; the superior decides (D310 art. 17)",
    (K.NOTICE, S.SENT): f"nothing depends on it ({INTERNAL})",
    (K.COPY, S.SENT): f"nothing depends on it ({INTERNAL})",
    (K.PROSECUTION, S.SENT): f"the police record the procuratorate's step on the proceeding ({INTERNAL})",
    (K.PROSECUTION, S.IN_WORK): f"the police record the procuratorate's step on the proceeding ({INTERNAL})",
    (K.DEMAND, S.EXPLAINED): "the agency may transfer at any time, which ends the demand (D310 art. 5)",
    (K.REVERSE, S.RESUMED): f"the matter is the receiver's own; the sender owes nothing more ({INTERNAL})",
}


@dataclass(frozen=True)
class StateProof:
    """One state that is not final: `responsible`, `period` and `way_out` are "" where the proof fails."""

    kind: str
    state: str
    responsible: str
    period: str
    way_out: str


def proofs() -> Iterator[StateProof]:
    """One row for each non-final state that the tables reach, in their order."""
    for kind, workflow in BY_KIND.items():
        for state in Referral.State:
            if state in _reached(workflow) and state not in workflow.final:
                yield StateProof(kind, state, _responsible(kind, state), _period(kind, state), _way_out(kind, state))


def _reached(workflow: Workflow) -> set[str]:
    lines = workflow.transitions.values()
    return {state for line in lines for state in (*line.sources, line.to) if state}


def _responsible(kind: str, state: str) -> str:
    """The side whose step it is; the sender keeps its drafts."""
    if state in Referral.DRAFTS:
        return SENDER
    if (kind, state) == (K.CRIMINAL_TRANSFER, S.SUPERVISED):
        return "procuratorate"
    step = step_of(Referral(kind=kind), state)
    return step[1] if step else ""


def _period(kind: str, state: str) -> str:
    started = [
        rule
        for line in BY_KIND[K(kind)].transitions.values()
        if line.to == state
        for code in line.starts
        for rule in (("TRF_REVIEW", "TRF_REVIEW_ECO") if code == "REVIEW" else (code,))
    ]
    if (kind, state) == (K.SUPERVISION, S.SUGGESTED):  # started by the suggestion, an act on the transfer
        started.append("INT_SIGN")
    return ", ".join(dict.fromkeys(started)) or PROMPTLY.get((kind, state), "")


def _way_out(kind: str, state: str) -> str:
    """The verbs of any other side in this state, else what is written above."""
    owner = _responsible(kind, state)
    verbs = [
        verb
        for verb, line in BY_KIND[K(kind)].transitions.items()
        if state in line.sources and not line.system and not line.writes and _is_of_other(SIDES.get(line.by, ""), owner)
        if line.to is not None or verb in OUTWARD
    ]
    named = {verb: ARTICLES_OF_KIND.get((kind, verb), ARTICLES.get(verb, "")) for verb in verbs}
    return ", ".join(f"{verb} ({article})" for verb, article in named.items()) or WAYS_OUT.get((kind, state), "")


OUTWARD = frozenset({"ask_correction", "urge_decision", "demand_correction", "report_up"})
# The article of each way out.
ARTICLES = {
    "suggest_supervision": "SPPR arts. 557, 562; D310 art. 9",
    "ask_correction": "D310 art. 17",
    "call_off": "D310 arts. 5, 16",
    "disown": "MPSP art. 175",
    "file": "MPSP art. 178",
    "not_file": "MPSP art. 178",
    "accept_non_filing": "D310 art. 9",
    "order_filing": "SPPR art. 561",
    "urge_decision": "SPPR art. 562",
    "demand_correction": "SPPR art. 564",
    "report_up": "SPPR art. 564",
    "ask_superior": "APL art. 25",
    "accept": "APL art. 25",
    "keep": "APL art. 25",
    "ask_centre": INTERNAL,
    "object": INTERNAL,
    "withdraw": INTERNAL,
}

# Where the same verb rests on another article.
ARTICLES_OF_KIND: dict[tuple[str, str], str] = {
    (K.DEMAND, "ask_correction"): "D310 art. 16",
    (K.DEMAND, "recall"): "SPPR art. 557",
}


def _is_of_other(side: str, owner: str) -> bool:
    return side != "" and (side == THIRD or side != {COMPETENT: RECEIVER_SIDE}.get(owner, owner))
