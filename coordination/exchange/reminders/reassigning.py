"""How reminders pass to a colleague."""

from django.db.models import Q, QuerySet

from agencies.kernel.actor import Actor
from agencies.kernel.resource import Reassign
from agencies.organisations.actions import agency_stream
from agencies.organisations.models import agencies_by_id
from agencies.people.models import User
from agencies.people.reassigning import reassign

from .models import Reminder


def _held(person: User, actor: Actor) -> QuerySet[Reminder]:
    """Open reminders that they wrote or answer."""
    wrote, answers = Q(sender=person.agency_id, writer=person), Q(agency=person.agency_id, handler=person)
    return Reminder.objects.visible_to(actor).open().filter(wrote | answers).order_by("sent_at", "pk")


def _pass_on(letter: Reminder, person: User | None, to: User, actor: Actor, reason: str) -> None:
    """Recorded in the streams of both agencies, like all actions on reminders, and visible only to the one that hands
    over."""
    name = "writer" if letter.sender_id == to.agency_id else "handler"
    sides = agencies_by_id([letter.sender_id, letter.agency_id]).values()
    reassign(letter, "reminder", {name: to}, [agency_stream(one) for one in sides], to, actor, reason)


REASSIGN = Reassign(
    held=_held,
    pass_on=_pass_on,
    holder=lambda letter, agency: letter.writer if letter.sender_id == agency else letter.handler,
    agency=lambda letter, actor: letter.agency_id,
)
