"""The tables of letters that ask for nothing: information notice (通报) and copy (抄送)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, Ask
from agencies.kernel.moves import Reach, Words, Workflow, move
from cases.casefile.choices import organs_with_people, supervised_with_people
from cases.proceedings.models import Decision

from ..access import receiver_staff, sender_staff
from ..models import Referral
from .common import ENDING, TITLE, WORDS, case_open

S = Referral.State
OWN, PAIR = Reach.OWN, Reach.PAIR


def _own_transfers(referral: Any, actor: Actor) -> list[tuple[str, str]]:
    """The transfers of this case that the sender has handed over."""
    sent = Referral.objects.filter(case=referral.case_id, sender=actor.organ_id, kind=Referral.Kind.CRIMINAL_TRANSFER)
    return [(str(one.pk), f"{one.number} {one.title}") for one in sent.exclude(delivered_at=None)]


def _own_decisions(referral: Any, actor: Actor) -> list[tuple[str, str]]:
    made = Decision.objects.filter(proceeding__case=referral.case_id, proceeding__organ=actor.organ_id)
    return [
        (str(one.pk), f"{one.decision_number} {one.party}") for one in made.exclude(result="").select_related("party")
    ]


TEXT = Ask("report", _("Text of the letter"), kind="long", stores=True)
ALSO_TO = Ask("also_to", _("Also to"), kind="choices", required=False, choices=organs_with_people)
COPIED_TO = Ask("also_to", _("Also to"), kind="choices", required=False, choices=supervised_with_people)
PARENT = Ask("parent", _("Copy of the transfer"), kind="choice", required=False, choices=_own_transfers)
DECISION = Ask("decision", _("Copy of the penalty decision"), kind="choice", required=False, choices=_own_decisions)

# fmt: off
_COMMON = {
    # verb             from                       to                    who may                   asks
    "send":           move(S.DRAFT,               to=S.SENT,            by=sender_staff,          needs=(case_open,), asks=(NOTE,), reach=PAIR),
    "acknowledge":         move(S.SENT,                to=S.READ,            by=receiver_staff,        asks=(NOTE,), reach=PAIR),
    "withdraw":       move(S.DRAFT, S.SENT,       to=S.WITHDRAWN,       by=sender_staff,          asks=(ENDING,), reach=PAIR),
}
NOTICE_MOVES = {
    "edit":           move(S.DRAFT,               to=None,              by=sender_staff,          asks=(ALSO_TO, TITLE, TEXT), reach=OWN, writes=True),
    **_COMMON,
}
COPY_MOVES = {
    "edit":           move(S.DRAFT,               to=None,              by=sender_staff,          asks=(COPIED_TO, PARENT, DECISION, TITLE, TEXT), reach=OWN, writes=True),
    **_COMMON,
}
# fmt: on

LETTER_WORDS = WORDS | {
    "send": Words(_("Send"), _("sent the letter"), "primary"),
    "acknowledge": Words(_("Confirm that it was read"), _("has read the letter"), "primary"),
}

_FINAL = frozenset({S.READ, S.WITHDRAWN})
NOTICE = Workflow("notice", S, NOTICE_MOVES, LETTER_WORDS, final=_FINAL)
COPY = Workflow("copy", S, COPY_MOVES, LETTER_WORDS, final=_FINAL)
