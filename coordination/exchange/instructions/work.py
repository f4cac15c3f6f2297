"""Work items of letters between superior and subordinate agencies."""

from collections.abc import Iterator
from typing import Any

from agencies.kernel.work import Decides, Row, Side, Work
from cases.casefile.work import in_case

from .models import Instruction

S = Instruction.State
BY_HOLDER = (S.HEAD_DECISION, S.OBJECTED)


def rows(instruction: Instruction) -> Iterator[Row]:
    """The side whose step is next; a sender without the next step awaits the answer."""
    sender, receiver = instruction.sender_id, instruction.receiver_id
    common: dict[str, Any] = {
        "state": instruction.state,
        "due_at": instruction.due_at,
        "breach_at": instruction.due_at,
        "since": instruction.state_since,
    }
    if instruction.state in Instruction.WITH_SENDER:
        decided = instruction.state in BY_HOLDER and instruction.kind in Instruction.BY_OFFICE
        yield Row(
            side=Side.DOES,
            agency_id=sender,
            person_id=instruction.drafter_id,
            free=instruction.drafter_id is None,
            other_id=None if instruction.sent_at is None else receiver,
            returned=instruction.state == S.RETURNED,
            decides=Decides.HEAD if decided else Decides.NONE,
            **common,
            **in_case(instruction.case, sender),
        )
    if instruction.state in Instruction.WITH_RECEIVER:
        yield Row(
            side=Side.DOES,
            agency_id=receiver,
            person_id=instruction.handler_id,
            other_id=sender,
            free=instruction.handler_id is None,
            **common,
            **in_case(instruction.case, receiver),
        )
        yield Row(side=Side.AWAITS, agency_id=sender, other_id=receiver, **common, **in_case(instruction.case, sender))


WORK = Work(kind="instruction", things=lambda: Instruction.objects.open().select_related("case"), rows=rows)
