"""Work items of goods that were handed over: the receiving agency confirms or refuses them."""

from collections.abc import Iterator

from agencies.kernel.work import DeskRow, Side, WorkRows
from cases.casefile.work import in_case

from .models import GoodsLot


def rows(lot: GoodsLot) -> Iterator[DeskRow]:
    if lot.offered_to_id is None:
        return
    yield DeskRow(
        side=Side.DOES,
        agency_id=lot.offered_to_id,
        state=lot.state,
        free=True,
        since=lot.state_since,
        other_id=lot.title_agency_id or lot.custodian_id,
        **in_case(lot.case, lot.offered_to_id),
    )


WORK = WorkRows(
    kind="lot",
    things=lambda: GoodsLot.objects.filter(state=GoodsLot.State.OFFERED).select_related("case"),
    rows=rows,
)
