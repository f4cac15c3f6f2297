"""Who may do what with a task."""

from agencies.kernel.actor import Actor

from .models import Task


def doer_staff(actor: Actor, task: Task) -> bool:
    return actor.works_for(task.organ_id)


def assignee(actor: Actor, task: Task) -> bool:
    return actor.works_for(task.organ_id) and str(task.assignee_id) == actor.id


def assignee_or_lead(actor: Actor, task: Task) -> bool:
    return assignee(actor, task) or actor.leads(task.organ_id)


def asker_staff(actor: Actor, task: Task) -> bool:
    return actor.works_for(task.asked_by_id)
