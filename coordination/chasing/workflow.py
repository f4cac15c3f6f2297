"""The chase letter's table (督办函)."""

from datetime import timedelta

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON, Ask
from agencies.kernel.moves import Reach, Words, Workflow, move
from agencies.kernel.refusals import Missing

from .access import addressee, coordinator, sender, sender_for_absent, system_only
from .models import ChaseLetter

S, OPEN = ChaseLetter.State, ChaseLetter.OPEN_STATES
PAIR, OWN = Reach.PAIR, Reach.OWN
REPLY = "INT_CHASE"
BETWEEN_REMINDERS = timedelta(hours=24)

ANSWER = Ask("answer", _("Why it is late, and what is being done"), kind="long", stores=True)
EXPECTED = Ask("expected_on", _("Expected to be done on"), kind="date", stores=True)
ANSWERED_BY = Ask("paper", _("Number of their paper"), help=_("The paper by which that organ answered."))
OFFICE_PAPER = Ask("office_paper", _("Number of the paper to the mechanism's Office"), stores=True)


def some_time_passed(letter: ChaseLetter, actor: Actor) -> Missing | None:
    """Once a day is enough: what is repeated by the hour is read by nobody."""
    last = letter.reminded_at or letter.state_since or letter.sent_at
    if times.now() - last >= BETWEEN_REMINDERS:
        return None
    return Missing("time", gettext("It was sent, or reminded of, less than 24 hours ago."))


def failed(letter: ChaseLetter, actor: Actor) -> Missing | None:
    if letter.has_failed:
        return None
    return Missing("failed", gettext("The time for the reply, or the day that was told, has not passed yet."))


# fmt: off
MOVES = {
    # verb              from                     to              who                   asks                            seen by       needs / clocks
    "take":          move(S.SENT,                to=None,        by=addressee,         asks=(NOTE,),                   reach=OWN),
    "answer":        move(S.SENT,                to=S.ANSWERED,  by=addressee,         asks=(ANSWER, EXPECTED),        reach=PAIR,                               stops=(REPLY,)),
    "answer_anew":   move(S.ANSWERED,            to=None,        by=addressee,         asks=(ANSWER, EXPECTED),        reach=PAIR),
    "record_answer": move(S.SENT,                to=S.ANSWERED,  by=sender_for_absent, asks=(ANSWER, EXPECTED, ANSWERED_BY), reach=PAIR,                          stops=(REPLY,)),
    "remind":        move(S.SENT,                to=None,        by=sender,            asks=(NOTE,),                   reach=PAIR,  needs=(some_time_passed,)),
    "insist":        move(S.ANSWERED,            to=S.SENT,      by=sender,            asks=(REASON,),                 reach=PAIR,                               starts=(REPLY,)),
    "take_to_office":move(S.SENT, S.ANSWERED,    to=S.OFFICE,    by=coordinator,       asks=(OFFICE_PAPER, NOTE),      reach=PAIR,  needs=(failed,),             stops=(REPLY,)),
    "withdraw":      move(*OPEN,                 to=S.WITHDRAWN, by=sender,            asks=(REASON,),                 reach=PAIR,                               stops=(REPLY,)),
    "close":         move(*OPEN,                 to=S.CLOSED,    by=system_only,                                       reach=Reach.STATUS, system=True,                 stops=(REPLY,)),
}
# fmt: on

WORDS = {
    "send": Words(_("Chase"), _("sent a chase letter"), "primary"),
    "take": Words(_("Take it on"), _("took the chase letter on")),
    "answer": Words(_("Answer"), _("answered the chase letter"), "primary"),
    "answer_anew": Words(_("Answer anew"), _("answered the chase letter anew")),
    "record_answer": Words(_("Record their answer"), _("recorded the answer to the chase letter")),
    "remind": Words(_("Remind"), _("reminded of the chase letter")),
    "insist": Words(_("Insist"), _("insisted on the chase letter")),
    "take_to_office": Words(_("Take it to the Office"), _("took the matter to the mechanism's Office")),
    "withdraw": Words(_("Withdraw the letter"), _("withdrew the chase letter"), "danger"),
    "close": Words(_("Close"), _("what was chased is done")),
}

CHASE_LETTER = Workflow("chase letter", S, MOVES, WORDS, final=frozenset({S.CLOSED, S.WITHDRAWN}))
