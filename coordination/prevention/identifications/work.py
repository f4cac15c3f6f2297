"""Work items of identifications."""

from collections.abc import Iterator
from typing import Any

from agencies.kernel.work import Decider, DeskRow, Side, WorkRows
from coordination.exchange.letters.work import in_hand, item

from .models import Identification

S = Identification.State
UNDATED = {"due_at": None, "breach_at": None}


def rows(request: Any) -> Iterator[DeskRow]:
    """The bureau owes its opinion; a returned request and an opinion wait for the agency that asked."""
    agency, bureau = request.agency_id, request.bureau_id
    if request.state in Identification.WITH_AGENCY:
        returned = request.state == S.RETURNED
        yield in_hand(request, agency, request.asker_id, other_id=bureau, returned=returned, **UNDATED)
        if returned:
            yield item(request, Side.AWAITS, bureau, other_id=agency, **UNDATED)
        return
    decides = Decider.LEAD if request.state == S.RECEIVED else Decider.NONE
    yield in_hand(request, bureau, request.handler_id, other_id=agency, decides=decides)
    yield item(request, Side.AWAITS, agency, other_id=bureau)


WORK = WorkRows(
    kind="id_request",
    things=lambda: Identification.objects.open().select_related("case"),
    rows=rows,
)
