"""The table of transfers between administrative organs (案件移送): who is competent, and who says so where both refuse.

APL art. 25: the two first try to agree; failing that, their common superior designates. Organs without one have the
centre's written opinion, which both accept or take to the mechanism's Office. Until then either may still give way.
"""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON, Ask
from agencies.kernel.moves import Reach, Words, Workflow, move
from agencies.kernel.refusals import Missing
from agencies.organs.models import common_superior
from cases.casefile.choices import administrative_organs, own_administrative
from cases.casefile.models import Handling

from ..access import (
    arbiter_chief,
    centre_coordinator,
    either_staff,
    receiver_chief,
    receiver_staff,
    sender_chief,
    sender_staff,
)
from ..models import Referral
from .common import ENDING, TITLE, WORDS, case_open
from .police import PARTIES

S = Referral.State
OWN, PAIR, STATUS = Reach.OWN, Reach.PAIR, Reach.STATUS


def have_a_superior(referral: Referral, actor: Actor) -> Missing | None:
    """Only organs under one roof have somebody who can designate."""
    if common_superior(referral.sender, referral.receiver):
        return None
    return Missing("superior", gettext("The two organs have no common superior. Ask the centre for its opinion."))


def open_to_the_centre(referral: Referral, actor: Actor) -> Missing | None:
    """The centre reads no restricted case, so it cannot judge one."""
    if referral.case.handling != Handling.H3:
        return None
    detail = gettext(
        "The case is restricted, and the centre does not read it. Agree between you, or go to the superior."
    )
    return Missing("restricted", detail)


def _both(referral: Any, actor: Actor) -> list[tuple[str, str]]:
    return [(organ.code, organ.name) for organ in (referral.receiver, referral.sender)]


FACTS = Ask("report", _("Facts, and why the other organ is competent"), kind="long", stores=True)
RECEIVER = Ask(
    "receiver",
    _("Competent organ"),
    kind="choice",
    required=False,
    choices=lambda r, a: administrative_organs(r.case, a),
)
ORIGIN = Ask(
    "origin",
    _("Out of which proceeding"),
    kind="choice",
    required=False,
    choices=lambda r, a: own_administrative(r.case, a),
)
FILES = Ask("enclosures", _("List of files"), kind="long", required=False, stores=True)
COMPETENT = Ask("competent", _("Competent organ"), kind="choice", choices=_both)
OPINION = Ask("letter", _("Opinion and its grounds"), kind="long")
DECISION = Ask("letter", _("Decision, with its number"), kind="long")

_DISPUTED = (S.NOT_COMPETENT, S.DESIGNATION, S.CENTRE_ASKED, S.OPINED, S.AT_OFFICE)
# fmt: off
MOVES = {
    # verb                  from                       to                    who may                   needs / asks
    "edit":                move(S.DRAFT, S.RETURNED,   to=None,              by=sender_staff,          asks=(RECEIVER, ORIGIN, PARTIES, TITLE, FACTS, FILES), reach=OWN, writes=True),
    "send":                move(S.DRAFT, S.RETURNED,   to=S.SENT,            by=sender_chief,          needs=(case_open,), asks=(NOTE,), reach=PAIR),
    "return":              move(S.SENT,                to=S.RETURNED,        by=receiver_staff,        asks=(REASON,), reach=PAIR),
    "decline":             move(S.SENT,                to=S.NOT_COMPETENT,   by=receiver_chief,        asks=(ENDING,), reach=PAIR),
    "accept":              move(S.SENT, *_DISPUTED, S.DESIGNATED, to=S.RECEIVED, by=receiver_staff,    needs=(case_open,), asks=(NOTE,), reach=STATUS),
    "keep":                move(*_DISPUTED,            to=S.KEPT,            by=sender_chief,          asks=(NOTE,), reach=PAIR),
    "ask_superior":        move(S.NOT_COMPETENT,       to=S.DESIGNATION,     by=either_staff,          needs=(have_a_superior,), asks=(REASON,), reach=PAIR),
    "designate_receiver":  move(S.DESIGNATION,         to=S.DESIGNATED,      by=arbiter_chief,         asks=(DECISION,), reach=STATUS),
    "designate_sender":    move(S.DESIGNATION,         to=S.KEPT,            by=arbiter_chief,         asks=(DECISION,), reach=STATUS),
    "ask_centre":          move(S.NOT_COMPETENT,       to=S.CENTRE_ASKED,    by=either_staff,          needs=(open_to_the_centre,), asks=(REASON,), reach=PAIR),
    "opine":               move(S.CENTRE_ASKED,        to=S.OPINED,          by=centre_coordinator,    asks=(COMPETENT, OPINION), reach=STATUS),
    "object":              move(S.OPINED,              to=S.AT_OFFICE,       by=either_staff,          asks=(REASON,), reach=PAIR),
    "office_receiver":     move(S.AT_OFFICE,           to=S.DESIGNATED,      by=centre_coordinator,    asks=(DECISION,), reach=STATUS),
    "office_sender":       move(S.AT_OFFICE,           to=S.KEPT,            by=centre_coordinator,    asks=(DECISION,), reach=STATUS),
    "withdraw":            move(S.DRAFT, S.SENT, S.RETURNED, to=S.WITHDRAWN, by=sender_staff,          asks=(ENDING,), reach=PAIR),
}
# fmt: on

ADMINISTRATIVE_WORDS = WORDS | {
    "send": Words(_("Send"), _("sent the letter"), "primary"),
    "return": Words(_("Return for completion"), _("returned it for completion")),
    "decline": Words(_("Decline competence"), _("declined its competence"), "danger"),
    "accept": Words(_("Accept and open a proceeding"), _("accepted the matter"), "primary"),
    "keep": Words(_("Keep the matter"), _("keeps the matter")),
    "ask_superior": Words(_("Ask the common superior"), _("asked the common superior to designate"), "primary"),
    "designate_receiver": Words(_("Designate the receiver"), _("designated the receiving organ"), "primary"),
    "designate_sender": Words(_("Designate the sender"), _("designated the sending organ")),
    "ask_centre": Words(_("Ask the centre for its opinion"), _("asked the centre for its opinion"), "primary"),
    "opine": Words(_("Give a written opinion"), _("gave its written opinion on competence"), "primary"),
    "object": Words(_("Take it to the Office"), _("took the matter to the mechanism's Office")),
    "office_receiver": Words(
        _("Record: the receiver is competent"), _("recorded the Office's decision for the receiver")
    ),
    "office_sender": Words(_("Record: the sender is competent"), _("recorded the Office's decision for the sender")),
}

ADMINISTRATIVE = Workflow(
    "administrative transfer", S, MOVES, ADMINISTRATIVE_WORDS, final=frozenset({S.RECEIVED, S.KEPT, S.WITHDRAWN})
)
