"""How draft papers pass to a colleague."""

from django.db.models import QuerySet

from agencies.kernel.actor import Actor
from agencies.people.models import User
from cases.casefile.reassigning import CaseReassignment

from .models import Paper


class PaperReassignment(CaseReassignment):
    handler = "drafter"

    def held(self, visible: QuerySet[Paper], person: User, actor: Actor) -> QuerySet[Paper]:
        mine = visible.filter(drafter=person, agency=person.agency_id, state=Paper.State.DRAFT)
        return mine.order_by("created_at", "pk")
