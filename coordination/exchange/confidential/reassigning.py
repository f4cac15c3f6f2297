"""How confidential letters pass to a colleague: only by their own workflow, and only to a person named in them."""

from django.db.models import QuerySet

from agencies.kernel.actor import Actor
from agencies.kernel.resource import Reassign
from agencies.people.models import User

from .actions import pass_letter
from .models import ConfidentialLetter


def _held(person: User, actor: Actor) -> QuerySet[ConfidentialLetter]:
    """Only for actors named in the letter, because the existence of a letter is confidential, too."""
    return ConfidentialLetter.objects.visible_to(actor).open().filter(drafter=person).order_by("created_at", "pk")


def _pass_on(letter: ConfidentialLetter, person: User | None, to: User, actor: Actor, reason: str) -> None:
    pass_letter(letter, "pass_on", actor=actor, to=str(to.pk), reason=reason, version=letter.version)


REASSIGN = Reassign(
    held=_held,
    pass_on=_pass_on,
    holder=lambda letter, agency: letter.drafter,
    agency=lambda letter, actor: letter.agency_id,
)
