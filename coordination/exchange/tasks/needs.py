"""Conditions before a task is done, declined, cancelled, waived or returned."""

from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from cases.casefile.models import Case
from cases.papers.models import Paper
from cases.papers.texts import FORMS

from .facts import FACTS, is_settled
from .models import Task


def not_a_step(task: Task, actor: Actor) -> UnmetCondition | None:
    """A task of a referral ends with the action on the referral; otherwise its deadline would look met while nothing
    was done."""
    if task.source is None:
        return None
    return UnmetCondition("step", _("This task is completed with the step of the referral."))


def of_playbook(task: Task, actor: Actor) -> UnmetCondition | None:
    if task.of_playbook or task.proposes:
        return None
    return UnmetCondition("playbook", _("This is not a step of a playbook: cancel the task instead."))


def left_by_a_lead(task: Task, actor: Actor) -> UnmetCondition | None:
    """A mandatory playbook step is done, or a lead says why it is not needed.

    An agency that was asked may still decline it; then the asking agency's lead decides.
    """
    another = task.agency_id != task.asked_by_id and actor.agency_id == task.agency_id
    if not (task.of_playbook and task.mandatory) or another:
        return None
    return UnmetCondition("mandatory", _("A mandatory step must be completed, or a lead records why it is not needed."))


def due_by_hand(task: Task, actor: Actor) -> UnmetCondition | None:
    if not task.follows:
        return None
    return UnmetCondition(
        "due_at", _("Its deadline follows a running period and changes with it: change that period instead.")
    )


def unblocked(task: Task, actor: Actor) -> UnmetCondition | None:
    first = blocking_tasks(task, actor)
    if not first:
        return None
    names = dict.fromkeys(one.label if one else _("a task of another agency") for one in first)
    return UnmetCondition("depends_on", _("It is waiting for: %(tasks)s.") % {"tasks": "; ".join(names)})


def blocking_tasks(task: Task, actor: Actor) -> list[Task | None]:
    """Open tasks before this one; None stands for a task that the reader may not see.

    A declined or cancelled task no longer blocks, or this one would wait forever.
    """
    first = list(task.depends_on.open().order_by("created_at", "pk"))
    seen = set(Task.objects.visible_to(actor).filter(pk__in=[one.pk for one in first])) if first else set()
    return [one if one in seen else None for one in first]


def papers_issued(task: Task, actor: Actor) -> UnmetCondition | None:
    wanted = [code for code in task.papers if code not in _issued(task)] if task.papers else []
    if not wanted:
        return None
    names = "; ".join(FORMS[code].name for code in wanted)
    return UnmetCondition("papers", _("These papers are not issued yet: %(papers)s.") % {"papers": names})


def _issued(task: Task) -> set[str]:
    issued = Paper.objects.filter(case_id=task.case_id, agency_id=task.agency_id, state=Paper.State.ISSUED)
    return set(issued.values_list("form", flat=True))


def facts_known(task: Task, actor: Actor) -> UnmetCondition | None:
    wanted = [str(FACTS[code].words) for code in task.facts if not is_settled(task.case, code)]
    if not wanted:
        return None
    return UnmetCondition(
        "facts", _("These facts are not recorded on the case yet: %(facts)s.") % {"facts": "; ".join(wanted)}
    )


def lacks_facts(task: Task, actor: Actor) -> UnmetCondition | None:
    if any(not is_settled(task.case, code) for code in task.facts):
        return None
    return UnmetCondition("facts", _("Every fact that this task requires is recorded."))


def has_handler(task: Task, actor: Actor) -> UnmetCondition | None:
    if task.assignee_id is not None:
        return None
    return UnmetCondition(
        "assignee", _("It was done on paper, so it cannot be sent back to a handler: request a new task.")
    )


def case_is_open(task: Task, actor: Actor) -> UnmetCondition | None:
    if task.case.state != Case.State.CLOSED:
        return None
    return UnmetCondition("case", _("The case is closed: reopen it first."))
