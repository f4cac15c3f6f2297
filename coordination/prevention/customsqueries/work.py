"""Work items of customs queries."""

from collections.abc import Iterator
from typing import Any

from agencies.kernel.work import Decider, DeskRow, Side, WorkRows
from coordination.exchange.letters.work import in_hand, item

from .models import CustomsQuery

S = CustomsQuery.State
BY_LEAD = (S.DRAFT, S.ANSWERED, S.TO_IDENTIFY, *CustomsQuery.RESULTS)


def rows(query: Any) -> Iterator[DeskRow]:
    """Customs have every step, also while the exporter may answer: the end of that period is when they look again, and
    no one is late. While the bureau identifies the goods, they wait for its opinion."""
    if query.state == S.TO_IDENTIFY and not query.is_identified:
        yield item(query, Side.AWAITS, query.agency_id, other_id=query.bureau_id, due_at=None, breach_at=None)
        return
    yield in_hand(
        query,
        query.agency_id,
        query.handler_id,
        due_at=query.reply_until if query.state == S.SERVED else None,
        breach_at=None,
        other_id=query.bureau_id,
        decides=Decider.LEAD if query.state in BY_LEAD else Decider.NONE,
    )


WORK = WorkRows(
    kind="query",
    things=lambda: CustomsQuery.objects.open().with_reply_period().with_identification().select_related("case"),
    rows=rows,
)
