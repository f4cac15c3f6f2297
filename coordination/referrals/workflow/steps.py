"""Who must act in a state, and the task that says so."""

from ..models import Referral

S = Referral.State

SENDER, RECEIVER_SIDE = "sender", "receiver"
STEP_AT: dict[str, tuple[str, str]] = {
    S.HEAD_DECISION: ("DECIDE_TRANSFER", SENDER),
    S.APPROVED: ("HAND_OVER", SENDER),
    S.DELIVERED: ("SIGN_RECEIPT", RECEIVER_SIDE),
    S.ACCEPTED: ("DECIDE_FILING", RECEIVER_SIDE),
    S.SUPPLEMENT: ("SUPPLY_PAPERS", SENDER),
    S.FILED: ("HAND_GOODS", SENDER),
    S.NOT_FILED: ("CONSIDER_RECONSIDERATION", SENDER),
    S.SENT: ("ANSWER_REQUEST", RECEIVER_SIDE),
    S.IN_WORK: ("DO_REQUEST", RECEIVER_SIDE),
    S.RETURNED: ("COMPLETE_REQUEST", SENDER),
}
