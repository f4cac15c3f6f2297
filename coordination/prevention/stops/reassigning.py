"""How stops pass to a colleague."""

from django.db.models import Case, F, Q, QuerySet, UUIDField, When

from agencies.kernel.actor import Actor
from agencies.kernel.reassignment import Reassignment
from agencies.people.models import User
from agencies.people.reassigning import reassign

from .actions import locked, stream_of_stop
from .models import Stop, StopQuerySet


class StopReassignment(Reassignment):
    """The next step belongs to a handler of customs or to the drafter of the sender."""

    taken_back = True

    def pass_on(self, thing: Stop, person: User | None, to: User | None, actor: Actor, reason: str) -> None:
        with locked(thing):
            reassign(thing, {self.column(thing): to}, stream_of_stop(thing), to, actor, reason)

    def held(self, visible: QuerySet[Stop], person: User, actor: Actor) -> QuerySet[Stop]:
        wrote = Q(sender=person.agency_id, drafter=person, state__in=Stop.WITH_SENDER)
        answers = Q(customs=person.agency_id, handler=person, state__in=Stop.WITH_CUSTOMS)
        return visible.filter(wrote | answers).order_by("created_at", "pk")

    def open_at(self, visible: StopQuerySet, agency: int) -> QuerySet[Stop]:
        return visible.waiting_on(agency)

    def holder_id(self, agency: int) -> Case:
        answers = When(state__in=Stop.WITH_CUSTOMS, then=F("handler_id"))
        return Case(answers, default=F("drafter_id"), output_field=UUIDField(null=True))

    def column(self, thing: Stop) -> str:
        return "handler" if thing.state in Stop.WITH_CUSTOMS else "drafter"

    def agency_of(self, thing: Stop, actor: Actor) -> int:
        return thing.customs_id if self.column(thing) == "handler" else thing.sender_id

    def label(self, thing: Stop) -> str:
        return thing.get_kind_display()
