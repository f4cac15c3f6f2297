"""Instructions in the workspace."""

from datetime import datetime
from functools import partial

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.buttons import decision_button, named_button, next_button
from agencies.kernel.lines import Offer, line_of
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.kernel.texts import Text
from coordination.exchange.letters.returns import returned_by

from .access import OFFICE
from .models import Instruction
from .work import BY_HOLDER

D = Instruction.State
WHY: dict[str, Text] = {
    D.DRAFT: _("Your agency's draft is not sent yet."),
    D.HEAD_DECISION: _("The responsible person of your agency decides."),
    D.SENT: _("Sent to your agency: the receipt is not signed yet."),
    D.RECEIVED: _("Your agency signed the receipt and must reply."),
    D.REPORTED: _("The subordinate agency reported: your agency accepts the report or returns it."),
    D.OBJECTED: _("The subordinate agency objects: your agency insists or recalls."),
    D.RETURNED: _("It was returned to your agency for completion."),
}


def _why(instruction: Instruction) -> Text:
    if instruction.state == D.RETURNED and instruction.reason:
        return returned_by(instruction.receiver, instruction.reason)
    return WHY.get(instruction.state, "")


def _offer(instruction: Instruction, *, decides: bool) -> Offer:
    if instruction.state == D.RETURNED:
        return partial(named_button, verb="change" if instruction.reason else "send")
    return decision_button if decides else next_button


class OpenInstructions(OpenItems):
    awaited = {
        D.HEAD_DECISION: _("the decision of the responsible person of %(agency)s"),
        D.SENT: _("the receipt of %(agency)s"),
        D.RECEIVED: _("the answer of %(agency)s"),
        D.REPORTED: _("the acceptance of the report by %(agency)s"),
        D.OBJECTED: _("the decision on the objection by %(agency)s"),
        D.RETURNED: _("the completion by %(agency)s"),
    }
    related = ("case", "sender", "receiver")
    case = "case"

    def line(self, thing: Instruction, actor: Actor, now: datetime) -> WorklistLine:
        for_holder = thing.state in BY_HOLDER and thing.kind in Instruction.BY_OFFICE
        decides = for_holder and thing.sender_id in actor.offices
        other = thing.receiver if thing.sender_id == actor.agency_id else thing.sender
        line = line_of(
            thing,
            actor,
            what=thing.title,
            note=" · ".join(filter(None, (thing.number, str(thing.get_kind_display())))),
            waits=None if thing.sent_at is None else other,
            why=_why(thing),
            offer=_offer(thing, decides=decides),
        )
        doer = thing.holder
        return line if doer.pk == actor.agency_id else line.elsewhere(doer, str(thing.get_state_display()))

    def fetched(self, rows: QuerySet[Instruction]) -> QuerySet[Instruction]:
        return OFFICE.with_barred_holders(rows)
