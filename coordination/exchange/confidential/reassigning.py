"""How confidential letters pass to a colleague: only by their own workflow, and only to a person named in them."""

from django.db.models import QuerySet

from agencies.kernel.actor import Actor
from agencies.kernel.reassignment import Reassignment
from agencies.people.models import User

from .actions import pass_letter
from .models import ConfidentialLetter, ConfidentialLetterQuerySet


class LetterReassignment(Reassignment):
    """Only actors named in a letter see it, because its existence is confidential, too."""

    handler = "drafter"

    def held(self, visible: ConfidentialLetterQuerySet, person: User, actor: Actor) -> QuerySet[ConfidentialLetter]:
        return visible.open().filter(drafter=person).order_by("created_at", "pk")

    def pass_on(self, thing: ConfidentialLetter, person: User | None, to: User, actor: Actor, reason: str) -> None:
        pass_letter(thing, "pass_on", actor=actor, to=str(to.pk), reason=reason, version=thing.version)
