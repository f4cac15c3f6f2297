"""How letters to exporters pass to a colleague."""

from agencies.kernel.actor import Actor
from agencies.kernel.reassignment import Reassignment
from agencies.people.models import User
from agencies.people.reassigning import reassign
from coordination.prevention.streams import prevention_stream

from .models import ExporterLetter


class LetterReassignment(Reassignment):
    taken_back = True

    def pass_on(self, thing: ExporterLetter, person: User | None, to: User | None, actor: Actor, reason: str) -> None:
        reassign(thing, {"handler": to}, prevention_stream(thing.pk), to, actor, reason)

    def words(self, thing: ExporterLetter) -> str:
        return thing.title
