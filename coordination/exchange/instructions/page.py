"""What the page of a letter between superior and subordinate agencies shows beside it."""

from typing import Any

from django.http import QueryDict

from agencies.journal.timeline import timeline
from agencies.kernel.actor import Actor
from agencies.people.deciding import SuperiorDecision, find_superior_decision
from cases.casefile.steps import steps_of

from .models import Instruction


def page_parts(letter: Instruction, actor: Actor, params: QueryDict) -> dict[str, Any]:
    visible = Instruction.objects.visible_to(actor)
    agencies = [letter.holder, letter.sender, letter.receiver]
    return {
        "inside": letter.reads_answer(actor),
        "decided_above": _decided_above(letter, actor),
        "answers": visible.filter(pk=letter.parent_id).first() if letter.parent_id else None,
        "followed_by": visible.filter(parent=letter).order_by("created_at", "pk"),
        "events": timeline(actor, letter),
        "steps": steps_of([(letter, agencies)], actor, case_id=letter.case_id)[letter.pk],
    }


def _decided_above(instruction: Instruction, actor: Actor) -> SuperiorDecision | None:
    """For the sender: who decided in place of its office. None if its own office holder issued the letter."""
    by_office = instruction.kind in Instruction.BY_OFFICE and instruction.sender_id == actor.agency_id
    issued = instruction.sent_at is not None and instruction.approver_id is None
    return find_superior_decision("instruction", instruction.pk) if by_office and issued else None
