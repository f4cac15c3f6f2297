"""How reminders pass to a colleague."""

from django.db.models import Q, QuerySet

from agencies.kernel.actor import Actor
from agencies.kernel.reassignment import Reassignment
from agencies.organisations.actions import agency_stream
from agencies.organisations.models import agencies_by_id
from agencies.people.models import User
from agencies.people.reassigning import reassign

from .models import Reminder, ReminderQuerySet


class ReminderReassignment(Reassignment):
    def held(self, visible: ReminderQuerySet, person: User, actor: Actor) -> QuerySet[Reminder]:
        """Open reminders that they wrote or answer."""
        wrote, answers = Q(sender=person.agency_id, writer=person), Q(agency=person.agency_id, handler=person)
        return visible.open().filter(wrote | answers).order_by("sent_at", "pk")

    def pass_on(self, thing: Reminder, person: User | None, to: User, actor: Actor, reason: str) -> None:
        """Recorded in the streams of both agencies, like all actions on reminders, and visible only to the one that
        hands over."""
        name = "writer" if thing.sender_id == to.agency_id else "handler"
        sides = agencies_by_id([thing.sender_id, thing.agency_id]).values()
        reassign(thing, {name: to}, [agency_stream(one) for one in sides], to, actor, reason)

    def holder(self, thing: Reminder, agency: int) -> User | None:
        return thing.writer if thing.sender_id == agency else thing.handler
