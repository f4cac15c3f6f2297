"""The agency that must act in each state, and the task for it."""

from agencies.organisations.models import Agency

from ..models import Referral
from ..starts import STARTS

S, K = Referral.State, Referral.Kind

# Sides by the names of their columns.
SENDER, RECEIVER_SIDE, RESPONDENT = "sender", "receiver", "respondent"
ARBITER, COMPETENT = "arbiter", "competent"
LetterStep = tuple[str, str]
STEP_AT: dict[str, LetterStep] = {
    S.HEAD_DECISION: ("DECIDE_TRANSFER", SENDER),
    S.APPROVED: ("HAND_OVER", SENDER),
    S.DELIVERED: ("SIGN_RECEIPT", RECEIVER_SIDE),
    S.ACCEPTED: ("DECIDE_FILING", RECEIVER_SIDE),
    S.SUPPLEMENT: ("SUPPLY_PAPERS", SENDER),
    S.NOT_OURS: ("SEND_ON", RECEIVER_SIDE),
    S.FILED: ("HAND_GOODS", SENDER),
    S.NOT_FILED: ("CONSIDER_RECONSIDERATION", SENDER),
    S.RECONSIDERATION: ("DECIDE_RECONSIDERATION", RECEIVER_SIDE),
    S.UPHELD: ("CONSIDER_SUPERVISION", SENDER),
    S.SENT: ("ANSWER_REQUEST", RECEIVER_SIDE),
    S.IN_WORK: ("DO_REQUEST", RECEIVER_SIDE),
    S.RETURNED: ("COMPLETE_REQUEST", SENDER),
    S.SUGGESTED: ("EXAMINE_SUGGESTION", RECEIVER_SIDE),
    S.REASONS_ASKED: ("EXPLAIN_NON_FILING", RESPONDENT),
    S.EXPLAINED: ("JUDGE_REASONS", RECEIVER_SIDE),
    S.REASONS_STAND: ("TELL_REASONS", RECEIVER_SIDE),
    S.ORDERED: ("FILE_AS_ORDERED", RESPONDENT),
    S.NOT_COMPETENT: ("SETTLE_COMPETENCE", SENDER),
    S.DESIGNATION: ("DESIGNATE", ARBITER),
    S.CENTRE_ASKED: ("GIVE_OPINION", ARBITER),
    S.OPINED: ("ANSWER_OPINION", COMPETENT),
    S.AT_OFFICE: ("RECORD_OFFICE", ARBITER),
    S.DESIGNATED: ("TAKE_MATTER", RECEIVER_SIDE),
    S.RESUMED: ("REPORT_RESULT", RECEIVER_SIDE),
}
# Exceptions by kind for states shared with other kinds; None means no task.
STEP_OF_KIND: dict[str, dict[str, LetterStep | None]] = {
    K.NOTICE: {S.SENT: ("READ_LETTER", RECEIVER_SIDE)},
    K.COPY: {S.SENT: ("READ_LETTER", RECEIVER_SIDE)},
    K.ADMINISTRATIVE: {S.SENT: ("DECIDE_COMPETENCE", RECEIVER_SIDE)},
    K.REVERSE: {S.SENT: ("RECEIVE_BACK", RECEIVER_SIDE)},
    K.OPINION: {S.SENT: ("RECEIVE_BACK", RECEIVER_SIDE)},
    K.DEMAND: {S.SENT: ("ANSWER_DEMAND", RECEIVER_SIDE), S.EXPLAINED: ("JUDGE_NO_TRANSFER", SENDER)},
    K.CONVERSION: {S.HEAD_DECISION: ("DECIDE_CONVERSION", SENDER)},
    K.PROSECUTION: {
        S.SENT: ("ACCEPT_FILE", RECEIVER_SIDE),
        S.IN_WORK: ("REVIEW_FILE", RECEIVER_SIDE),
        S.RETURNED: ("SUPPLEMENT_FILE", SENDER),
    },
    K.ECO_LEAD: {S.FILED: None},
}


def step_of(referral: Referral, state: str) -> LetterStep | None:
    """The task of this state and the side that has it."""
    of_kind = STEP_OF_KIND.get(referral.kind, {})
    return of_kind[state] if state in of_kind else STEP_AT.get(state)


# Rules whose period starts with the draft, as the case's workflow says.
STARTS_AS_DRAFT: dict[str, tuple[str, ...]] = {K.REVERSE: STARTS.transitions["return_matter"].starts}


def agency_at(referral: Referral, side: str) -> Agency:
    """The agency on one side of this referral, the receiver as long as a third one is not known."""
    agency: Agency = getattr(referral, side) or referral.receiver
    return agency
