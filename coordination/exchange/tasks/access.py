"""Permissions on tasks."""

from operator import attrgetter

from agencies.kernel.actor import Actor
from coordination.exchange.letters.rules import by_paper_of, chief, staff

from .models import Task

doer = attrgetter("agency")
asker_staff = staff("asked_by")


def waiver(actor: Actor, task: Task) -> bool:
    """May record that it is not needed: of a step the head of a unit of the asking agency or its office holder, of a
    proposed playbook all who work there."""
    return proposed_to(actor, task) or actor.leads(task.asked_by_id)


def proposed_to(actor: Actor, task: Task) -> bool:
    """May start the playbook that the task proposes."""
    return bool(task.proposes) and doer_staff(actor, task)


def canceller(actor: Actor, task: Task) -> bool:
    return asker_staff(actor, task) and not task.proposes


doer_staff = staff("agency")
# May find that a fact cannot be established: a unit lead of the doing agency, or its office holder.
doer_chief = chief("agency")


def either_staff(actor: Actor, task: Task) -> bool:
    return asker_staff(actor, task) or doer_staff(actor, task)


def assignee(actor: Actor, task: Task) -> bool:
    return actor.works_for(task.agency_id) and str(task.assignee_id) == actor.id


def assignee_or_lead(actor: Actor, task: Task) -> bool:
    return assignee(actor, task) or actor.leads(task.agency_id)


# An agency that does not use the system answers on paper, which the asking agency records.
by_paper = by_paper_of(doer, by=asker_staff)


@by_paper
def accepter(actor: Actor, task: Task) -> bool:
    return doer_staff(actor, task)


@by_paper
def decliner(actor: Actor, task: Task) -> bool:
    return assignee_or_lead(actor, task) and not task.proposes


@by_paper
def finisher(actor: Actor, task: Task) -> bool:
    return (assignee(actor, task) or answers_for(actor, task)) and not task.proposes


def answers_for(actor: Actor, task: Task) -> bool:
    """A connected system of the doing agency, as long as no person has claimed the task."""
    return actor.is_machine and actor.agency_id == task.agency_id and task.assignee_id is None
