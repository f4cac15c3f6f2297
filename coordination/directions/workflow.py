"""The tables of letters between a superior and an organ below it, one for each kind.

Downward: what is directed is received, answered, and the answer accepted; an organ that finds it wrong says so once,
and the superior insists or recalls (Civil Servants Law art. 60). Upward: asked, received, answered.
"""

from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON, Ask
from agencies.kernel.moves import Reach, Words, Workflow, move
from agencies.kernel.refusals import Missing
from agencies.people.models import User
from cases.casefile import choices
from cases.casefile.models import Case
from cases.proceedings.models import Proceeding

from .access import (
    OFFICE,
    deciding_office_holder,
    insisting_office_holder,
    issuing_office_holder,
    own_chief,
    receiver_chief,
    receiver_staff,
    sender_chief,
    sender_office_holder,
    sender_staff,
    writer,
    writing_chief,
)
from .models import Direction

S = Direction.State
OWN, PAIR, STATUS = Reach.OWN, Reach.PAIR, Reach.STATUS


def case_open(direction: Direction, actor: Actor) -> Missing | None:
    closed = direction.case.state == Case.State.CLOSED
    return Missing("case", gettext("The case is closed. Its lead organ can reopen it.")) if closed else None


def has_deadline(direction: Direction, actor: Actor) -> Missing | None:
    if direction.due_at is not None:
        return None
    return Missing("due_at", gettext("An instruction has a deadline: edit the draft and enter it."))


def shares_its_own(direction: Direction, actor: Actor) -> Missing | None:
    """Whoever no longer leads the case cannot open it with a letter."""
    if not direction.shares or direction.case.lead_id == direction.sender_id:
        return None
    return Missing("share", gettext("Only the lead organ shares the case with a letter. Edit the draft."))


def receiver_conducts(direction: Direction, actor: Actor) -> Missing | None:
    return _conducts(direction, direction.receiver_id)


def not_its_author(direction: Direction, actor: Actor) -> Missing | None:
    """What the holder of the office issues was drafted by others, who answer for it before them."""
    if not OFFICE.bars(actor, direction):
        return None
    detail = gettext("You drafted or edited this letter yourself: another holder of the office issues it.")
    return Missing("own_letter", detail)


def sender_conducts(direction: Direction, actor: Actor) -> Missing | None:
    return _conducts(direction, direction.sender_id)


def _conducts(direction: Direction, organ_id: int) -> Missing | None:
    """A matter is taken over by opening a proceeding of one's own; nobody's proceeding changes hands. Of an organ that
    does not sign in, its paper tells it."""
    organ = direction.receiver if organ_id == direction.receiver_id else direction.sender
    if not organ.signs_in or running(direction, organ_id).exists():
        return None
    detail = gettext("Open, or file, a proceeding of your own on the case first: nobody's proceeding changes hands.")
    return Missing("proceeding", detail)


def running(direction: Direction, organ_id: int) -> Any:
    found = Proceeding.objects.filter(case=direction.case_id, organ=organ_id).exclude(state=Proceeding.State.CLOSED)
    return found.exclude(pk=direction.origin_id).order_by("opened_at", "pk")


def _own(direction: Any, actor: Actor) -> list[tuple[str, str]]:
    return choices.own_proceedings(direction.case, actor)


def _colleagues(direction: Any, actor: Actor) -> list[tuple[str, str]]:
    people = User.objects.filter(organ=direction.receiver_id, is_active=True).exclude(pk=direction.handler_id)
    return [(str(user.pk), user.name) for user in people.order_by("username")]


def _below(direction: Any, actor: Actor) -> list[tuple[str, str]]:
    return choices.organs_below(direction.case, actor)


def _above(direction: Any, actor: Actor) -> list[tuple[str, str]]:
    return choices.organs_above(direction.case, actor)


def _shares(direction: Any, actor: Actor) -> list[tuple[str, Any]]:
    return choices.shares_of_lead(direction.case, actor)


BELOW = Ask("receiver", _("Subordinate organ"), kind="choice", choices=_below)
ABOVE = Ask("receiver", _("Superior organ"), kind="choice", choices=_above)
TITLE = Ask("title", _("Title"), max_length=300, stores=True)
TEXT = Ask("text", _("Text of the letter"), kind="long", stores=True)
SHARES = Ask("shares", _("Share with the letter"), kind="choice", required=False, choices=_shares)
DUE = Ask("due_at", _("Answer due"), kind="datetime", required=False)
NEW_DUE = Ask("due_at", _("Answer due"), kind="datetime")
RESULT = Ask("answer", _("Result"), kind="long", stores=True)
HANDED = Ask("answer", _("What is handed up: files, goods, measures in force"), kind="long", stores=True)
ANSWER = Ask("answer", _("Answer and its grounds"), kind="long", stores=True)
OBJECTION = Ask("objection", _("What is wrong with it, by which rule"), kind="long", stores=True)
WHY = Ask("reason", _("Reason"), kind="long", stores=True)
PROCEEDING = Ask(
    "proceeding", _("Own proceeding"), kind="choice", required=False, choices=_own, help=_("Empty: the newest.")
)
TO = Ask("to", _("Hand over to"), kind="choice", choices=_colleagues)

_LETTER = (TITLE, TEXT, DUE, SHARES)
_UNSENT = (S.DRAFT, S.HEAD_DECISION)
_OUT = (S.SENT, S.RECEIVED, S.OBJECTED)
_SEND = (case_open, shares_its_own)

# fmt: off
_INSIDE = {
    # verb            from                            to               who may                      asks / needs
    "hand_over":     move(S.SENT, S.RECEIVED,         to=None,         by=own_chief,                asks=(TO, REASON), reach=OWN),
}
_BY_OFFICE = {
    "edit":          move(S.DRAFT,                    to=None,         by=writer,                   asks=_LETTER, reach=OWN, writes=True),
    "submit":        move(S.DRAFT,                    to=S.HEAD_DECISION, by=writer,                asks=(NOTE,), needs=(case_open,), reach=OWN),
    "send_back":     move(S.HEAD_DECISION,            to=S.DRAFT,      by=sender_office_holder,     asks=(REASON,), reach=OWN),
    "withdraw":      move(*_UNSENT,                   to=S.WITHDRAWN,  by=writer,                   asks=(WHY,), reach=OWN),
    "receive":       move(S.SENT,                     to=S.RECEIVED,   by=receiver_staff,           asks=(NOTE,), reach=PAIR),
    "object":        move(S.SENT, S.RECEIVED,         to=S.OBJECTED,   by=receiver_chief,           asks=(OBJECTION,), reach=PAIR),
    "insist":        move(S.OBJECTED,                 to=S.RECEIVED,   by=insisting_office_holder,  asks=(REASON,), needs=(not_its_author,), reach=PAIR),
    "set_due":       move(*_OUT,                      to=None,         by=issuing_office_holder,    asks=(NEW_DUE, REASON), reach=PAIR),
    **_INSIDE,
}
ASSIGN_MOVES = {
    "edit":          move(S.DRAFT,                    to=None,         by=writer,                   asks=(BELOW, *_LETTER), reach=OWN, writes=True),
    "send":          move(S.DRAFT,                    to=S.SENT,       by=writing_chief,            asks=(NOTE,), needs=_SEND, reach=PAIR, paper="DIR_ASSIGN"),
    "withdraw":      move(S.DRAFT,                    to=S.WITHDRAWN,  by=writer,                   asks=(WHY,), reach=OWN),
    "receive":       move(S.SENT,                     to=S.RECEIVED,   by=receiver_staff,           asks=(NOTE,), reach=PAIR),
    "object":        move(S.SENT, S.RECEIVED,         to=S.OBJECTED,   by=receiver_chief,           asks=(OBJECTION,), reach=PAIR),
    "insist":        move(S.OBJECTED,                 to=S.RECEIVED,   by=sender_chief,             asks=(REASON,), reach=PAIR),
    "report":        move(S.RECEIVED,                 to=S.REPORTED,   by=receiver_staff,           asks=(RESULT,), reach=PAIR, paper="DIR_REPORT"),
    "return_report": move(S.REPORTED,                 to=S.RECEIVED,   by=sender_staff,             asks=(REASON,), reach=PAIR),
    "accept_report": move(S.REPORTED,                 to=S.DONE,       by=sender_staff,             asks=(NOTE,), reach=PAIR),
    "set_due":       move(*_OUT,                      to=None,         by=sender_chief,             asks=(NEW_DUE, REASON), reach=PAIR),
    "recall":        move(*_OUT,                      to=S.RECALLED,   by=sender_chief,             asks=(WHY,), reach=PAIR),
    **_INSIDE,
}
INSTRUCT_MOVES = {
    **_BY_OFFICE,
    "edit":          move(S.DRAFT,                    to=None,         by=writer,                   asks=(BELOW, *_LETTER), reach=OWN, writes=True),
    "issue":         move(*_UNSENT,                   to=S.SENT,       by=deciding_office_holder,   asks=(NOTE,), needs=(not_its_author, *_SEND, has_deadline), reach=PAIR, paper="DIR_INSTRUCT"),
    "report":        move(S.RECEIVED,                 to=S.REPORTED,   by=receiver_staff,           asks=(RESULT,), reach=PAIR, paper="DIR_REPORT"),
    "return_report": move(S.REPORTED,                 to=S.RECEIVED,   by=sender_staff,             asks=(REASON,), reach=PAIR),
    "accept_report": move(S.REPORTED,                 to=S.DONE,       by=sender_staff,             asks=(NOTE,), reach=PAIR),
    "recall":        move(*_OUT,                      to=S.RECALLED,   by=issuing_office_holder,    asks=(WHY,), reach=PAIR),
}
DESIGNATE_MOVES = {
    **_BY_OFFICE,
    "edit":          move(S.DRAFT,                    to=None,         by=writer,                   asks=(BELOW, TITLE, TEXT, DUE), reach=OWN, writes=True),
    "issue":         move(*_UNSENT,                   to=S.SENT,       by=deciding_office_holder,   asks=(NOTE,), needs=(not_its_author, case_open,), reach=STATUS, paper="DIR_DESIGNATE"),
    "take":          move(S.RECEIVED,                 to=S.DONE,       by=receiver_staff,           asks=(PROCEEDING, NOTE), needs=(receiver_conducts,), reach=STATUS),
    "recall":        move(*_OUT,                      to=S.RECALLED,   by=issuing_office_holder,    asks=(WHY,), reach=STATUS),
}
TAKE_UP_MOVES = {
    **_BY_OFFICE,
    "edit":          move(S.DRAFT,                    to=None,         by=writer,                   asks=(TITLE, TEXT, DUE), reach=OWN, writes=True),
    "issue":         move(*_UNSENT,                   to=S.SENT,       by=deciding_office_holder,   asks=(NOTE,), needs=(not_its_author, case_open,), reach=STATUS, paper="DIR_TAKE_UP"),
    "hand_up":       move(S.RECEIVED,                 to=S.REPORTED,   by=receiver_staff,           asks=(HANDED,), reach=PAIR, paper="DIR_REPORT"),
    "return_files":  move(S.REPORTED,                 to=S.RECEIVED,   by=sender_staff,             asks=(REASON,), reach=PAIR),
    "take_over":     move(S.REPORTED,                 to=S.DONE,       by=sender_staff,             asks=(PROCEEDING, NOTE), needs=(sender_conducts,), reach=STATUS),
    "recall":        move(*_OUT,                      to=S.RECALLED,   by=issuing_office_holder,    asks=(WHY,), reach=STATUS),
}
ASK_UP_MOVES = {
    "edit":          move(S.DRAFT, S.RETURNED,        to=None,         by=writer,                   asks=(ABOVE, *_LETTER), reach=OWN, writes=True),
    "send":          move(S.DRAFT, S.RETURNED,        to=S.SENT,       by=writing_chief,            asks=(NOTE,), needs=_SEND, reach=PAIR, paper="DIR_ASK_UP"),
    "withdraw":      move(S.DRAFT, S.SENT, S.RECEIVED, S.RETURNED, to=S.WITHDRAWN, by=writer,       asks=(WHY,), reach=PAIR),
    "receive":       move(S.SENT,                     to=S.RECEIVED,   by=receiver_staff,           asks=(NOTE,), reach=PAIR),
    "return":        move(S.SENT, S.RECEIVED,         to=S.RETURNED,   by=receiver_staff,           asks=(WHY,), reach=PAIR),
    "agree":         move(S.RECEIVED,                 to=S.AGREED,     by=receiver_chief,           asks=(ANSWER,), reach=PAIR, paper="DIR_REPLY"),
    "disagree":      move(S.RECEIVED,                 to=S.DISAGREED,  by=receiver_chief,           asks=(ANSWER,), reach=PAIR, paper="DIR_REPLY"),
    "reply":         move(S.RECEIVED,                 to=S.ANSWERED,   by=receiver_chief,           asks=(ANSWER,), reach=PAIR, paper="DIR_REPLY"),
    **_INSIDE,
}
# fmt: on

WORDS = {
    "draft": Words(_("Draft"), _("started a letter")),
    "record": Words(_("Record"), _("recorded a letter of the superior")),
    "edit": Words(_("Edit"), _("edited the draft")),
    "submit": Words(_("Submit for decision"), pgettext_lazy("letter", "submitted the letter for decision"), "primary"),
    "issue": Words(_("Decide and issue"), _("issued the letter"), "primary"),
    "send_back": Words(_("Send back to the drafter"), _("sent the draft back")),
    "send": Words(_("Send"), _("sent the letter"), "primary"),
    "withdraw": Words(_("Withdraw"), pgettext_lazy("letter", "withdrew the letter"), "danger"),
    "receive": Words(_("Sign the receipt"), _("signed the receipt"), "primary"),
    "hand_over": Words(_("Hand over"), _("handed the letter over to a colleague")),
    "object": Words(pgettext_lazy("letter", "Object"), _("objected to the letter")),
    "insist": Words(pgettext_lazy("letter", "Insist"), _("insisted on the letter"), "primary"),
    "report": Words(_("Report the result"), _("reported the result"), "primary"),
    "return_report": Words(_("Return the report"), _("returned the report")),
    "accept_report": Words(_("Accept the report"), _("accepted the report"), "primary"),
    "set_due": Words(_("Change the deadline"), _("changed the deadline of the letter")),
    "recall": Words(_("Recall"), _("recalled the letter"), "danger"),
    "take": Words(_("Take the matter over as designated"), _("took the matter over as designated"), "primary"),
    "hand_up": Words(_("Hand the file up"), _("handed the file up"), "primary"),
    "return_files": Words(_("Return the file for completion"), _("returned the file for completion")),
    "take_over": Words(_("Take the matter over"), _("took the matter over from below"), "primary"),
    "return": Words(_("Return for completion"), _("returned it for completion")),
    "agree": Words(_("Agree"), _("agreed to what was asked"), "primary"),
    "disagree": Words(_("Do not agree"), _("did not agree to what was asked")),
    "reply": Words(_("Answer"), _("answered what was asked")),
}

_DOWN = frozenset({S.DONE, S.RECALLED, S.WITHDRAWN})
_UP = frozenset({S.AGREED, S.DISAGREED, S.ANSWERED, S.WITHDRAWN})
K = Direction.Kind
BY_KIND = {
    K.ASSIGN_DOWN: Workflow("assignment down", S, ASSIGN_MOVES, WORDS, final=_DOWN),
    K.INSTRUCT: Workflow("instruction", S, INSTRUCT_MOVES, WORDS, final=_DOWN),
    K.DESIGNATE: Workflow("designation", S, DESIGNATE_MOVES, WORDS, final=_DOWN),
    K.TAKE_UP: Workflow("taking up", S, TAKE_UP_MOVES, WORDS, final=_DOWN),
    K.ASK_UP: Workflow("request up", S, ASK_UP_MOVES, WORDS, final=_UP),
}


def workflow_of(direction: Direction) -> Workflow:
    return BY_KIND[K(direction.kind)]
