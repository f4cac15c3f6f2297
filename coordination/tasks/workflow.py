"""The task's table."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON, Ask
from agencies.kernel.moves import Reach, Words, Workflow, move
from agencies.people.models import User

from .access import (
    accepter,
    asker_chief,
    asker_staff,
    assignee_or_lead,
    decliner,
    doer_staff,
    finisher,
    nobody,
)
from .models import Task
from .needs import (
    case_is_open,
    done_by_somebody,
    due_by_hand,
    facts_known,
    left_by_a_lead,
    not_a_step,
    of_playbook,
    papers_issued,
    unblocked,
)

S, OPEN = Task.State, Task.OPEN_STATES


def _colleagues(task: Any, actor: Actor) -> list[tuple[str, str]]:
    people = User.objects.filter(organ=task.organ_id, is_active=True).exclude(pk=task.assignee_id).order_by("username")
    return [(str(user.pk), user.name) for user in people]


TO = Ask("to", _("Hand over to"), kind="choice", choices=_colleagues)
RESULT = Ask("result", _("Result"), kind="long", stores=True)
CLAIM = Ask("claim", _("I do it myself"), kind="bool", required=False)
DUE = Ask("due_at", _("Due"), kind="datetime", stores=True)
DONE_NEEDS = (not_a_step, unblocked, papers_issued, facts_known)

# fmt: off
MOVES = {
    # verb        from                         to              who                   asks                 seen by            needs
    "accept":   move(S.ASKED,                  to=S.OPEN,      by=accepter,          asks=(CLAIM, NOTE),  reach=Reach.PAIR),
    "claim":    move(S.OPEN,                   to=S.CLAIMED,   by=doer_staff,        asks=(NOTE,),        reach=Reach.OWN),
    "release":  move(S.CLAIMED,                to=S.OPEN,      by=assignee_or_lead,  asks=(REASON,),      reach=Reach.OWN),
    "hand_over":move(S.OPEN, S.CLAIMED,        to=S.CLAIMED,   by=assignee_or_lead,  asks=(TO, REASON),   reach=Reach.OWN),
    "assign":   move(S.OPEN,                   to=S.CLAIMED,   by=nobody,                                 reach=Reach.PAIR,  system=True),
    "complete": move(S.OPEN, S.CLAIMED,        to=S.DONE,      by=finisher,          asks=(RESULT,),      reach=Reach.PAIR,  needs=DONE_NEEDS),
    "decline":  move(*OPEN,                    to=S.DECLINED,  by=decliner,          asks=(REASON,),      reach=Reach.PAIR,  needs=(not_a_step, left_by_a_lead)),
    "ask_again":move(S.DECLINED,               to=S.ASKED,     by=asker_staff,       asks=(REASON,),      reach=Reach.PAIR,  needs=(not_a_step, case_is_open)),
    "set_due":  move(*OPEN,                    to=None,        by=asker_staff,       asks=(DUE, REASON),  reach=Reach.PAIR,  needs=(not_a_step, due_by_hand)),
    "send_back":move(S.DONE,                   to=S.CLAIMED,   by=asker_staff,       asks=(REASON,),      reach=Reach.PAIR,  needs=(not_a_step, done_by_somebody, case_is_open)),
    "cancel":   move(*OPEN,                    to=S.CANCELLED, by=asker_staff,       asks=(REASON,),      reach=Reach.PAIR,  needs=(not_a_step, left_by_a_lead)),
    "waive":    move(*OPEN, S.DECLINED,        to=S.WAIVED,    by=asker_chief,       asks=(REASON,),      reach=Reach.PAIR,  needs=(of_playbook,)),
    "lapse":    move(*OPEN, S.DECLINED,        to=S.LAPSED,    by=nobody,            reach=Reach.PAIR,    system=True),
}
# fmt: on

WORDS = {
    "ask": Words(_("Ask for a task"), _("asked for a task")),
    "accept": Words(_("Accept the task"), _("accepted the task"), "primary"),
    "claim": Words(_("Claim"), _("claimed the task"), "primary"),
    "release": Words(_("Release the task"), _("released the task")),
    "hand_over": Words(_("Hand over"), _("handed the task over")),
    "assign": Words(_("Assign"), _("assigned the task by rule")),
    "complete": Words(_("Complete"), _("completed the task"), "primary"),
    "decline": Words(_("Decline"), _("declined the task"), "danger"),
    "set_due": Words(_("Change the deadline"), _("changed the deadline of the task")),
    "send_back": Words(_("Send the result back"), _("sent the result back")),
    "ask_again": Words(_("Ask again"), _("asked for the task again")),
    "cancel": Words(_("Cancel the task"), _("cancelled the task"), "danger"),
    "waive": Words(_("Not needed here"), _("recorded that the step is not needed"), "danger"),
    "lapse": Words(_("Let the step lapse"), _("the step lapsed with its proceeding")),
}

TASK = Workflow("task", S, MOVES, WORDS, final=frozenset({S.DONE, S.DECLINED, S.CANCELLED, S.WAIVED, S.LAPSED}))
