"""How opinions pass to a colleague."""

from django.db.models import QuerySet

from agencies.kernel.actor import Actor
from agencies.people.models import User
from cases.casefile.reassigning import CaseReassignment

from .models import Opinion, OpinionQuerySet


class OpinionReassignment(CaseReassignment):
    """The opinions of the levels keep their authors, who must not sign at a higher level."""

    def held(self, visible: OpinionQuerySet, person: User, actor: Actor) -> QuerySet[Opinion]:
        owed = visible.waiting_on(person.agency_id).filter(handler=person)
        return owed.select_related("round").order_by("created_at", "pk")

    def words(self, thing: Opinion) -> str:
        return thing.round.title
