"""How identifications pass to a colleague."""

from django.db.models import Q, QuerySet

from agencies.kernel.actor import Actor
from agencies.kernel.reassignment import Reassignment
from agencies.people.models import User
from agencies.people.reassigning import reassign
from coordination.prevention.customsqueries.actions import locked

from .actions import stream_of_request
from .models import Identification, IdentificationQuerySet


class IdentificationReassignment(Reassignment):
    """The next step belongs to a handler at the bureau, or to the person who asked."""

    taken_back = True

    def held(self, visible: IdentificationQuerySet, person: User, actor: Actor) -> QuerySet[Identification]:
        asked = Q(agency=person.agency_id, asker=person, state__in=Identification.WITH_AGENCY)
        handled = Q(bureau=person.agency_id, handler=person, state__in=Identification.WITH_BUREAU)
        return visible.filter(asked | handled).order_by("created_at", "pk")

    def open_at(self, visible: IdentificationQuerySet, agency: int) -> QuerySet[Identification]:
        return visible.waiting_on(agency)

    def column(self, thing: Identification) -> str:
        return "asker" if thing.state in Identification.WITH_AGENCY else "handler"

    def agency_of(self, thing: Identification, actor: Actor) -> int:
        return thing.agency_id if self.column(thing) == "asker" else thing.bureau_id

    def pass_on(self, thing: Identification, person: User | None, to: User | None, actor: Actor, reason: str) -> None:
        with locked(thing.case_id):
            reassign(thing, {self.column(thing): to}, stream_of_request(thing), to, actor, reason)
