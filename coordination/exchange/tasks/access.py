"""Permissions on tasks."""

from agencies.kernel.actor import Actor
from agencies.kernel.proxy_recording import recorded_for
from agencies.organisations.models import Agency
from cases.papers.choices import paper_from

from .models import Task


def doer(task: Task) -> Agency:
    return task.agency


def asker_staff(actor: Actor, task: Task) -> bool:
    return actor.works_for(task.asked_by_id)


def waiver(actor: Actor, task: Task) -> bool:
    """May record that it is not needed: of a step the head of a unit of the asking agency or its office holder, of a
    proposed playbook all who work there."""
    return proposed_to(actor, task) or actor.leads(task.asked_by_id)


def proposed_to(actor: Actor, task: Task) -> bool:
    """May start the playbook that the task proposes."""
    return bool(task.proposes) and doer_staff(actor, task)


def canceller(actor: Actor, task: Task) -> bool:
    return asker_staff(actor, task) and not task.proposes


def doer_staff(actor: Actor, task: Task) -> bool:
    return actor.works_for(task.agency_id)


def doer_chief(actor: Actor, task: Task) -> bool:
    """May find that a fact cannot be established: a unit lead of the doing agency, or its office holder."""
    return actor.leads(task.agency_id)


def either_staff(actor: Actor, task: Task) -> bool:
    return asker_staff(actor, task) or doer_staff(actor, task)


def system_only(actor: Actor, task: Task) -> bool:
    """Only the system: the agency's routing rules or the end of a proceeding."""
    return False


def assignee(actor: Actor, task: Task) -> bool:
    return actor.works_for(task.agency_id) and str(task.assignee_id) == actor.id


def assignee_or_lead(actor: Actor, task: Task) -> bool:
    return assignee(actor, task) or actor.leads(task.agency_id)


# An agency that does not use the system answers on paper, which the asking agency records.
by_paper = recorded_for(doer, by=asker_staff, paper=paper_from(doer))


@by_paper
def accepter(actor: Actor, task: Task) -> bool:
    return doer_staff(actor, task)


@by_paper
def decliner(actor: Actor, task: Task) -> bool:
    return assignee_or_lead(actor, task) and not task.proposes


@by_paper
def finisher(actor: Actor, task: Task) -> bool:
    return assignee(actor, task) and not task.proposes
