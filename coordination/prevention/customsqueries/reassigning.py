"""How customs queries pass to a colleague."""

from agencies.kernel.actor import Actor
from agencies.kernel.reassignment import Reassignment
from agencies.people.models import User
from agencies.people.reassigning import reassign

from .actions import locked, stream_of_query
from .models import CustomsQuery


class QueryReassignment(Reassignment):
    taken_back = True

    def pass_on(self, thing: CustomsQuery, person: User | None, to: User | None, actor: Actor, reason: str) -> None:
        with locked(thing.case_id):
            reassign(thing, {"handler": to}, stream_of_query(thing), to, actor, reason)
