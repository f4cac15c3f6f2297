"""Work items of corrections: a unit lead who did not propose it decides."""

from collections.abc import Iterator

from agencies.kernel.work import Decider, DeskRow, Side, WorkRows
from coordination.exchange.letters.work import item

from .models import Correction


def rows(correction: Correction) -> Iterator[DeskRow]:
    agency = correction.agency_id
    yield item(correction, Side.DOES, agency, decides=Decider.LEAD, other_id=agency)


WORK = WorkRows(
    kind="correction",
    things=lambda: Correction.objects.filter(state=Correction.State.PROPOSED).select_related("case"),
    rows=rows,
)
