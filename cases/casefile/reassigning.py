"""How objects on a case pass to a colleague."""

from typing import Any

from agencies.kernel.actor import Actor
from agencies.kernel.reassignment import Reassignment
from agencies.people.models import User
from agencies.people.reassigning import reassign

from .actions import lock_case, stream_of


class CaseReassignment(Reassignment):
    taken_back = True

    def pass_on(self, thing: Any, person: User | None, to: User | None, actor: Actor, reason: str) -> None:
        lock_case(thing.case_id)
        reassign(thing, {self.column(thing): to}, stream_of(thing.case_id), to, actor, reason)
