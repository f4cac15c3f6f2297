"""How tasks pass to a colleague."""

from typing import Any

from agencies.kernel.actor import Actor
from agencies.kernel.reassignment import Reassignment
from agencies.people.models import User

from .actions import hand_over_task
from .models import Task


class TaskReassignment(Reassignment):
    handler = "assignee"

    def pass_on(self, thing: Task, person: User | None, to: User, actor: Actor, reason: str) -> Any:
        return hand_over_task(thing, actor=actor, to=str(to.pk), reason=reason, version=thing.version)

    def is_open(self, thing: Task) -> bool:
        return True  # the action refuses an ended task

    def words(self, thing: Task) -> str:
        return thing.label
