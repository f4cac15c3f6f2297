"""How letters between superior and subordinate agencies pass to a colleague."""

from django.db.models import Q, QuerySet

from agencies.kernel.actor import Actor
from agencies.people.models import User
from cases.casefile.reassigning import CaseReassignment

from .models import Instruction


class InstructionReassignment(CaseReassignment):
    """The next step belongs to a handler at the receiver or a drafter at the sender."""

    def held(self, visible: QuerySet[Instruction], person: User, actor: Actor) -> QuerySet[Instruction]:
        """Letters that they wrote or received, while the next step belongs to their agency."""
        wrote = Q(sender=person.agency_id, drafter=person, state__in=Instruction.WITH_SENDER)
        took_in = Q(receiver=person.agency_id, handler=person, state__in=Instruction.WITH_RECEIVER)
        return visible.filter(wrote | took_in).order_by("created_at", "pk")

    def column(self, thing: Instruction) -> str:
        return "handler" if thing.state in Instruction.WITH_RECEIVER else "drafter"

    def agency_of(self, thing: Instruction, actor: Actor) -> int:
        return thing.receiver_id if self.column(thing) == "handler" else thing.sender_id

    def label(self, thing: Instruction) -> str:
        return thing.get_kind_display()
