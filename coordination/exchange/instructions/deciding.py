"""What a responsible person decides about a letter to a subordinate agency."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.resource import OfficeDecision

from .access import OFFICE
from .models import Instruction


def _for_the_holder(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Drafts submitted to the office holder, and objections to issued letters."""
    waiting = [Instruction.State.HEAD_DECISION, Instruction.State.OBJECTED]
    return rows.filter(state__in=waiting, kind__in=Instruction.BY_OFFICE)


def _without_holder(rows: QuerySet[Any]) -> QuerySet[Any]:
    return OFFICE.without_decider(_for_the_holder(rows).filter(sender__signs_in=True))


DECISION = OfficeDecision(
    words=lambda instruction: instruction.get_kind_display(),
    article=lambda instruction: "",
    verbs=("issue", "send_back", "insist", "recall"),
    waits=_for_the_holder,
    of_agencies=lambda rows, agencies: rows.filter(sender__in=agencies),
    agency="sender",
    case="case",
    related=("case", "sender", "receiver", "drafter", "origin__agency"),
    title=lambda instruction: instruction.title,
    prepared_by=lambda instruction: instruction.drafter,
    facts=lambda instruction: [
        (_("Addressee"), instruction.receiver.name),
        (_("Proceeding concerned"), str(instruction.origin or "")),
        (_("Drafted by"), instruction.drafter.name if instruction.drafter else ""),
    ],
    texts=lambda instruction: [
        (_("Text of the letter"), instruction.text),
        (_("Objection"), instruction.objection),
    ],
    office=OFFICE,
    closed=_without_holder,
    drafted_by=tuple(Instruction.BY_OFFICE),
)
