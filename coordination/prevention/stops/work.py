"""Work items of stops."""

from collections.abc import Iterator

from agencies.kernel.work import Decider, DeskRow, Side, WorkRows
from coordination.exchange.letters.work import in_hand, item

from .models import Stop

S = Stop.State
DECIDES = {S.HEAD_DECISION: Decider.HEAD}


def rows(stop: Stop) -> Iterator[DeskRow]:
    """Customs see and answer, then watch until the last day. The sender approves its draft, and lifts what is held."""
    if stop.state in Stop.WITH_CUSTOMS:
        yield in_hand(stop, stop.customs_id, stop.handler_id, other_id=stop.sender_id)
        yield item(stop, Side.AWAITS, stop.sender_id, other_id=stop.customs_id)
    elif stop.state in Stop.WITH_SENDER:
        sent = stop.sent_at is not None
        yield in_hand(
            stop,
            stop.sender_id,
            stop.drafter_id,
            other_id=stop.customs_id if sent else None,
            returned=stop.state == S.DRAFT and bool(stop.reason),
            decides=DECIDES.get(S(stop.state), Decider.NONE),
        )
        if sent:
            yield item(stop, Side.AWAITS, stop.customs_id, other_id=stop.sender_id)


WORK = WorkRows(kind="stop", things=lambda: Stop.objects.open().select_related("case"), rows=rows)
