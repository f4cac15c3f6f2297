"""Work items of letters between superior and subordinate agencies."""

from collections.abc import Iterator

from agencies.kernel.work import Decider, DeskRow, Side, WorkRows
from coordination.exchange.letters.work import in_hand, item

from .models import Instruction

S = Instruction.State
BY_HOLDER = (S.HEAD_DECISION, S.OBJECTED)


def rows(instruction: Instruction) -> Iterator[DeskRow]:
    """The side whose step is next; a sender without the next step awaits the answer."""
    sender, receiver = instruction.sender_id, instruction.receiver_id
    if instruction.state in Instruction.WITH_SENDER:
        decided = instruction.state in BY_HOLDER and instruction.kind in Instruction.BY_OFFICE
        yield in_hand(
            instruction,
            sender,
            instruction.drafter_id,
            other_id=None if instruction.sent_at is None else receiver,
            returned=instruction.state == S.RETURNED,
            decides=Decider.HEAD if decided else Decider.NONE,
        )
    if instruction.state in Instruction.WITH_RECEIVER:
        yield in_hand(instruction, receiver, instruction.handler_id, other_id=sender)
        yield item(instruction, Side.AWAITS, sender, other_id=receiver)


WORK = WorkRows(kind="instruction", things=lambda: Instruction.objects.open().select_related("case"), rows=rows)
