"""Instructions in the workspace."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.buttons import decision_button, next_button
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.kernel.texts import Text
from coordination.exchange.letters.open_items import line_of

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


def _line(instruction: Instruction, actor: Actor, now: datetime) -> WorklistLine:
    for_holder = instruction.state in BY_HOLDER and instruction.kind in Instruction.BY_OFFICE
    decides = for_holder and instruction.sender_id in actor.offices
    other = instruction.receiver if instruction.sender_id == actor.agency_id else instruction.sender
    line = line_of(
        "instructions",
        instruction,
        actor,
        what=instruction.title,
        note=" · ".join(filter(None, (instruction.number, str(instruction.get_kind_display())))),
        waits=None if instruction.sent_at is None else other,
        why=WHY.get(instruction.state, ""),
        offer=decision_button if decides else next_button,
    )
    doer = instruction.holder
    return line if doer.pk == actor.agency_id else line.elsewhere(doer, str(instruction.get_state_display()))


OPEN_ITEMS = OpenItems(
    line=_line,
    awaited={
        D.HEAD_DECISION: _("the decision of the responsible person of %(agency)s"),
        D.SENT: _("the receipt of %(agency)s"),
        D.RECEIVED: _("the answer of %(agency)s"),
        D.REPORTED: _("the acceptance of the report by %(agency)s"),
        D.OBJECTED: _("the decision on the objection by %(agency)s"),
        D.RETURNED: _("the completion by %(agency)s"),
    },
    related=("case", "sender", "receiver"),
    fetched=OFFICE.with_barred_holders,
    of_case=lambda rows, case: rows.open().filter(case=case),
)
