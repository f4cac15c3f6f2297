"""Workflow of a reminder (催办函)."""

from datetime import timedelta

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.action_fields import NOTE, REASON, ActionField
from agencies.kernel.actor import Actor, system_only
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, Workflow
from coordination.exchange.letters.tables import announced, bilateral, internal

from .access import addressee, coordinator, sender, sender_for_absent
from .models import Reminder

S, OPEN = Reminder.State, Reminder.OPEN_STATES
REPLY = "INT_CHASE"
BETWEEN_REMINDERS = timedelta(hours=24)

ANSWER = ActionField("answer", _("Reason for the delay, and measures taken"), kind="long", stores=True)
EXPECTED = ActionField("expected_on", _("Expected to be done on"), kind="date", stores=True)
ANSWERED_BY = ActionField("paper", _("Number of the reply"), help=_("The paper with which that agency replied."))
OFFICE_PAPER = ActionField("office_paper", _("Number of the paper to the Coordination Mechanism Office"), stores=True)


def some_time_passed(letter: Reminder, actor: Actor) -> UnmetCondition | None:
    """At most once a day: reminders repeated by the hour are ignored."""
    last = letter.reminded_at or letter.state_since or letter.sent_at
    if times.now() - last >= BETWEEN_REMINDERS:
        return None
    return UnmetCondition("time", gettext("It was sent or repeated less than 24 hours ago."))


def failed(letter: Reminder, actor: Actor) -> UnmetCondition | None:
    if letter.has_failed:
        return None
    return UnmetCondition("failed", gettext("The reply deadline or the announced completion date has not passed yet."))


# fmt: off
TRANSITIONS = {
    # verb from to who fields seen by needs / clocks
    "take":          internal(S.SENT,                to=None,        by=addressee,         fields=(NOTE,)),
    "answer":        bilateral(S.SENT,                to=S.ANSWERED,  by=addressee,         fields=(ANSWER, EXPECTED),                               stops=(REPLY,)),
    "answer_anew":   bilateral(S.ANSWERED,            to=None,        by=addressee,         fields=(ANSWER, EXPECTED)),
    "record_answer": bilateral(S.SENT,                to=S.ANSWERED,  by=sender_for_absent, fields=(ANSWER, EXPECTED, ANSWERED_BY),                          stops=(REPLY,)),
    "remind":        bilateral(S.SENT,                to=None,        by=sender,            fields=(NOTE,),  needs=(some_time_passed,)),
    "insist":        bilateral(S.ANSWERED,            to=S.SENT,      by=sender,            fields=(REASON,),                               starts=(REPLY,)),
    "take_to_office":bilateral(S.SENT, S.ANSWERED,    to=S.OFFICE,    by=coordinator,       fields=(OFFICE_PAPER, NOTE),  needs=(failed,),             stops=(REPLY,)),
    "withdraw":      bilateral(*OPEN,                 to=S.WITHDRAWN, by=sender,            fields=(REASON,),                               stops=(REPLY,)),
    "close":         announced(*OPEN,                 to=S.CLOSED,    by=system_only, system=True,                 stops=(REPLY,)),
}
# fmt: on

LABELS = {
    "send": Labels(_("Send reminder"), _("sent a reminder"), "primary"),
    "take": Labels(_("Take on"), _("took on the reminder")),
    "answer": Labels(_("Answer"), _("answered the reminder"), "primary"),
    "answer_anew": Labels(_("Answer again"), _("answered the reminder again")),
    "record_answer": Labels(_("Record their reply"), _("recorded the reply to the reminder")),
    "remind": Labels(_("Remind again"), _("sent the reminder again")),
    "insist": Labels(_("Insist"), _("insisted on the reminder")),
    "take_to_office": Labels(
        _("Refer to the Coordination Mechanism Office"), _("referred the matter to the Coordination Mechanism Office")
    ),
    "withdraw": Labels(_("Withdraw the reminder"), _("withdrew the reminder"), "danger"),
    "close": Labels(_("Close"), _("the items of the reminder are done")),
}

REMINDER = Workflow("reminder", S, TRANSITIONS, LABELS, final=frozenset({S.CLOSED, S.WITHDRAWN}))
