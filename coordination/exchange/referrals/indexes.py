"""The indexes of referrals, and the groups of states that they and queries name."""

from django.db.models import Index, Q

from coordination.exchange.letters.models import index_by_due

ENDED_STATES = (
    *("REFUSED_INTERNAL", "FILED", "OUT_OF_SCOPE", "NOT_FILED_FINAL", "WITHDRAWN", "REASONS_TOLD", "ORDER_OBEYED"),
    *("ANSWERED", "TAKEN_OVER", "DECLINED", "READ", "RECEIVED", "KEPT", "REPORTED", "CONVERTED"),
)
NEVER_SENT = Q(state__in=["DRAFT_REPORT", "DRAFT"]) | Q(state="WITHDRAWN", delivered_at=None)  # `never_sent` in SQL

INDEXES = [
    Index(fields=["holder", "state", "due_at"], name="referral_by_holder"),
    Index(fields=["updated_at", "id"], name="referral_by_update"),
    index_by_due("referral_by_due"),
    Index(fields=["breach_at"], condition=Q(breach_at__isnull=False), name="referral_by_breach"),
    Index(fields=["decider"], condition=Q(decider__isnull=False), name="referral_by_decider"),
    Index(fields=["sender", "state"], name="referral_by_sender"),
    Index(fields=["receiver", "state"], name="referral_by_receiver"),
    # What ended lately, for the daily brief: partial, so that other writes do not pay for it.
    Index(fields=["delivered_at"], condition=Q(delivered_at__isnull=False), name="referral_delivered"),
    Index(fields=["state_since"], condition=Q(delivered_at__isnull=False), name="referral_since"),
    # What is open, few among all, with the columns that decide who sees it.
    Index(
        fields=["id"],
        include=[
            *("state", "sender", "receiver", "copy_to", "supervised_by", "respondent", "arbiter"),
            *("delivered_at", "signed_at"),
        ],
        condition=~Q(state__in=ENDED_STATES),
        name="referral_open",
    ),
    # What was never sent, which the centre does not read, for what it counts.
    Index(fields=["id"], condition=NEVER_SENT, name="referral_unsent"),
]
