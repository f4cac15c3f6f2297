"""How tasks pass to a colleague."""

from typing import Any

from django.db.models import QuerySet

from agencies.kernel.actor import Actor
from agencies.kernel.resource import Reassign
from agencies.people.models import User

from .actions import hand_over_task
from .models import Task


def _held(person: User, actor: Actor) -> QuerySet[Task]:
    mine = Task.objects.visible_to(actor).open().filter(agency=person.agency_id, assignee=person)
    return mine.order_by("created_at", "pk")


def _pass_on(task: Task, person: User | None, to: User, actor: Actor, reason: str) -> Any:
    return hand_over_task(task, actor=actor, to=str(to.pk), reason=reason, version=task.version)


REASSIGN = Reassign(
    held=_held,
    pass_on=_pass_on,
    holder=lambda task, agency: task.assignee,
    words=lambda task: task.label,
    agency=lambda task, actor: task.agency_id,
    open_at=lambda agency: Task.objects.open().filter(agency=agency),
)
