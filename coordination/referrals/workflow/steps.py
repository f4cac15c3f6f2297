"""Who must act in a state, and the task that says so."""

from agencies.organs.models import Agency

from ..models import Referral

S, K = Referral.State, Referral.Kind

SENDER, RECEIVER_SIDE, RESPONDENT = "sender", "receiver", "respondent"
Step = tuple[str, str]
STEP_AT: dict[str, Step] = {
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
}
# Where a kind asks something else in a state that others have too; None: nothing more is asked.
STEP_OF_KIND: dict[str, dict[str, Step | None]] = {
    K.NOTICE: {S.SENT: ("READ_LETTER", RECEIVER_SIDE)},
    K.COPY: {S.SENT: ("READ_LETTER", RECEIVER_SIDE)},
    K.ECO_LEAD: {S.FILED: None},
}


def step_of(referral: Referral, state: str) -> Step | None:
    """The task of this state and whose it is."""
    of_kind = STEP_OF_KIND.get(referral.kind, {})
    return of_kind[state] if state in of_kind else STEP_AT.get(state)


def organ_at(referral: Referral, side: str) -> Agency:
    """The organ that stands on a side of this referral."""
    if side == RESPONDENT and referral.respondent is not None:
        return referral.respondent
    return referral.sender if side == SENDER else referral.receiver
