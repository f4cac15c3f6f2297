"""The task's table."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON, Ask
from agencies.kernel.moves import Reach, Words, Workflow, move
from agencies.kernel.refusals import Missing
from agencies.people.models import User

from .access import asker_staff, assignee, assignee_or_lead, doer_staff
from .models import Task

S = Task.State


def not_a_step(task: Task, actor: Actor) -> Missing | None:
    """What a referral asks ends with the act on the referral, or its deadline would look met while nothing was done."""
    if task.source is None:
        return None
    return Missing("step", gettext("This task ends with the act on the referral itself."))


def _colleagues(task: Any, actor: Actor) -> list[tuple[str, str]]:
    people = User.objects.filter(organ=task.organ_id, is_active=True).exclude(pk=task.assignee_id).order_by("username")
    return [(str(user.pk), user.name) for user in people]


TO = Ask("to", _("Hand over to"), kind="choice", choices=_colleagues)
RESULT = Ask("result", _("Result"), kind="long", stores=True)

# fmt: off
MOVES = {
    # verb        from                to              who                   asks                  seen by
    "claim":    move(S.OPEN,            to=S.CLAIMED,   by=doer_staff,        asks=(NOTE,),         reach=Reach.OWN),
    "release":  move(S.CLAIMED,         to=S.OPEN,      by=assignee_or_lead,  asks=(REASON,),       reach=Reach.OWN),
    "hand_over":move(S.OPEN, S.CLAIMED, to=S.CLAIMED,   by=assignee_or_lead,  asks=(TO, REASON),    reach=Reach.OWN),
    "complete": move(S.CLAIMED,         to=S.DONE,      by=assignee,          asks=(RESULT,),       reach=Reach.PAIR, needs=(not_a_step,)),
    "decline":  move(S.OPEN, S.CLAIMED, to=S.DECLINED,  by=assignee_or_lead,  asks=(REASON,),       reach=Reach.PAIR, needs=(not_a_step,)),
    "cancel":   move(S.OPEN, S.CLAIMED, to=S.CANCELLED, by=asker_staff,       asks=(REASON,),       reach=Reach.PAIR, needs=(not_a_step,)),
}
# fmt: on

WORDS = {
    "ask": Words(_("Ask for a task"), _("asked for a task")),
    "claim": Words(_("Claim"), _("claimed the task"), "primary"),
    "release": Words(_("Release the task"), _("released the task")),
    "hand_over": Words(_("Hand over"), _("handed the task over")),
    "complete": Words(_("Complete"), _("completed the task"), "primary"),
    "decline": Words(_("Decline"), _("declined the task"), "danger"),
    "cancel": Words(_("Cancel the task"), _("cancelled the task"), "danger"),
}

TASK = Workflow("task", S, MOVES, WORDS, final=frozenset({S.DONE, S.DECLINED, S.CANCELLED}))
