"""Workflow of a task."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField
from agencies.kernel.actor import system_only
from agencies.kernel.workflow import Labels, Workflow, alone
from agencies.machines.models import ApiKey
from cases.files.starts import ABOUT_FILE, FILE
from coordination.exchange.letters.fields import colleagues
from coordination.exchange.letters.tables import bilateral, internal

from .access import (
    accepter,
    asker_staff,
    assignee_or_lead,
    canceller,
    decliner,
    doer_chief,
    doer_staff,
    either_staff,
    finisher,
    proposed_to,
    waiver,
)
from .facts import FACTS, is_settled
from .models import Task
from .needs import (
    case_is_open,
    due_by_hand,
    facts_known,
    has_handler,
    lacks_facts,
    left_by_a_lead,
    not_a_step,
    of_playbook,
    papers_issued,
    unblocked,
)

S, OPEN = Task.State, Task.OPEN_STATES


def _to_former(task: Any) -> tuple[str, dict[str, str]]:
    return ("hand_over", {"to": str(task.assignee_id)}) if task.assignee_id else ("release", {})


TO = ActionField("to", _("Hand over to"), kind="choice", choices=colleagues("agency", "assignee"))
RESULT = ActionField("result", _("Result"), kind="long", stores=True)
UNKNOWN = ActionField(
    "facts",
    _("Cannot be established"),
    kind="choices",
    choices=lambda task, actor: [(code, FACTS[code].words) for code in task.facts if not is_settled(task.case, code)],
    of_new=True,
)
CLAIM = ActionField("claim", _("I do it myself"), kind="bool", required=False)
DUE = ActionField("due_at", _("Due"), kind="datetime", stores=True)
ANSWERS = alone(ApiKey.Scope.TASKS_ANSWER)
DONE_NEEDS = (not_a_step, unblocked, papers_issued, facts_known)

# fmt: off
TRANSITIONS = {
    # verb from to who fields seen by needs
    "accept":   bilateral(S.ASKED,                  to=S.OPEN,      by=accepter,          fields=(CLAIM, NOTE), machine=ANSWERS),
    "start_playbook": internal(S.OPEN, S.CLAIMED,  to=S.DONE,      by=proposed_to,       fields=(NOTE,)),
    "claim":    internal(S.OPEN,                   to=S.CLAIMED,   by=doer_staff,        fields=(NOTE,),   undo=lambda task: ("release", {})),
    "release":  internal(S.CLAIMED,                to=S.OPEN,      by=assignee_or_lead,  fields=(REASON,)),
    "hand_over":internal(S.OPEN, S.CLAIMED,        to=S.CLAIMED,   by=assignee_or_lead,  fields=(TO, REASON),   undo=_to_former),
    "assign":   bilateral(S.OPEN,                   to=S.CLAIMED,   by=system_only,  system=True),
    "complete": bilateral(S.OPEN, S.CLAIMED,        to=S.DONE,      by=finisher,          fields=(RESULT,),  needs=DONE_NEEDS, machine=ANSWERS),
    "find_unknown": bilateral(*OPEN,                to=None,        by=doer_chief,        fields=(UNKNOWN, REASON), needs=(lacks_facts,)),
    "decline":  bilateral(*OPEN,                    to=S.DECLINED,  by=decliner,          fields=(REASON,),  needs=(not_a_step, left_by_a_lead)),
    "ask_again":bilateral(S.DECLINED,               to=S.ASKED,     by=asker_staff,       fields=(REASON,),  needs=(not_a_step, case_is_open)),
    "set_due":  bilateral(*OPEN,                    to=None,        by=asker_staff,       fields=(DUE, REASON),  needs=(not_a_step, due_by_hand)),
    "send_back":bilateral(S.DONE,                   to=S.CLAIMED,   by=asker_staff,       fields=(REASON,),  needs=(not_a_step, has_handler, case_is_open)),
    "cancel":   bilateral(*OPEN,                    to=S.CANCELLED, by=canceller,         fields=(REASON,),  needs=(not_a_step, left_by_a_lead)),
    "attach_file": bilateral(*S.values,             to=None,        by=either_staff,      fields=(FILE, *ABOUT_FILE), machine=ANSWERS),
    "waive":    bilateral(*OPEN, S.DECLINED,        to=S.WAIVED,    by=waiver,            fields=(REASON,),  needs=(of_playbook,)),
    "lapse":    bilateral(*OPEN, S.DECLINED,        to=S.LAPSED,    by=system_only,    system=True),
}
# fmt: on

LABELS = {
    "ask": Labels(_("Request a task"), _("requested a task")),
    "accept": Labels(_("Accept the task"), _("accepted the task"), "primary"),
    "start_playbook": Labels(_("Start the playbook"), _("started the playbook"), "primary"),
    "claim": Labels(_("Claim"), _("claimed the task"), "primary"),
    "release": Labels(_("Release the task"), _("released the task")),
    "hand_over": Labels(_("Hand over"), _("reassigned the task")),
    "assign": Labels(_("Assign"), _("assigned the task by rule")),
    "complete": Labels(_("Complete"), _("completed the task"), "primary"),
    "find_unknown": Labels(_("Find a fact unknown"), _("found that a fact cannot be established")),
    "decline": Labels(_("Decline"), _("declined the task"), "danger"),
    "attach_file": Labels(_("Attach a file"), _("attached a file")),
    "set_due": Labels(_("Change the deadline"), _("changed the deadline of the task")),
    "send_back": Labels(_("Return the result"), _("returned the result")),
    "ask_again": Labels(_("Request again"), _("requested the task again")),
    "cancel": Labels(_("Cancel the task"), _("cancelled the task"), "danger"),
    "waive": Labels(_("Not needed here"), _("recorded that the step is not needed"), "danger"),
    "lapse": Labels(_("Let the step lapse"), _("the step lapsed with its proceeding")),
}

TASK = Workflow("task", S, TRANSITIONS, LABELS, final=frozenset({S.DONE, S.DECLINED, S.CANCELLED, S.WAIVED, S.LAPSED}))
