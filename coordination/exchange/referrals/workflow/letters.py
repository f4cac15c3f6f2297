"""Workflows of letters that need no answer: information notice (通报) and copy (抄送)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.workflow import Labels
from cases.proceedings.models import Decision
from coordination.exchange.letters.fields import case_open
from coordination.exchange.letters.tables import bilateral, internal

from ..access import receiver_staff, sender_staff
from ..models import Referral
from ..starts import ALSO_TO, COPIED_TO, TEXT, TITLE
from .common import ENDING, LABELS, RECEIVES, SENT_WITH_CONSENT, table

S = Referral.State


def _own_transfers(referral: Any, actor: Actor) -> list[tuple[str, str]]:
    """Transfers of this case that the sender has delivered."""
    sent = Referral.objects.filter(case=referral.case_id, sender=actor.agency_id, kind=Referral.Kind.CRIMINAL_TRANSFER)
    return [(str(one.pk), f"{one.number} {one.title}") for one in sent.exclude(delivered_at=None)]


def _own_decisions(referral: Any, actor: Actor) -> list[tuple[str, str]]:
    made = Decision.objects.filter(proceeding__case=referral.case_id, proceeding__agency=actor.agency_id)
    return [
        (str(one.pk), f"{one.decision_number} {one.party}") for one in made.exclude(result="").select_related("party")
    ]


PARENT = ActionField("parent", _("Copy of the transfer"), kind="choice", required=False, choices=_own_transfers)
DECISION = ActionField(
    "decision", _("Copy of the penalty decision"), kind="choice", required=False, choices=_own_decisions
)

# fmt: off
_COMMON = {
    # verb             from                       to                    who may                   fields
    "send":           bilateral(S.DRAFT,               to=S.SENT,            by=sender_staff,          needs=(case_open,), fields=(NOTE,), second=SENT_WITH_CONSENT),
    "acknowledge":         bilateral(S.SENT,                to=S.READ,            by=receiver_staff,        fields=(NOTE,), machine=RECEIVES),
    "withdraw":       bilateral(S.DRAFT, S.SENT,       to=S.WITHDRAWN,       by=sender_staff,          fields=(ENDING,)),
}
NOTICE_TRANSITIONS = {
    "edit":           internal(S.DRAFT,               to=None,              by=sender_staff,          fields=(ALSO_TO, TITLE, TEXT), writes=True),
    **_COMMON,
}
COPY_TRANSITIONS = {
    "edit":           internal(S.DRAFT,               to=None,              by=sender_staff,          fields=(COPIED_TO, PARENT, DECISION, TITLE, TEXT), writes=True),
    **_COMMON,
}
# fmt: on

LETTER_LABELS = LABELS | {
    "acknowledge": Labels(_("Confirm reading"), _("confirmed reading the letter"), "primary"),
}

NOTICE = table("notice", transitions=NOTICE_TRANSITIONS, labels=LETTER_LABELS, hands_facts=False)
COPY = table("copy", transitions=COPY_TRANSITIONS, labels=LETTER_LABELS, hands_facts=False)
