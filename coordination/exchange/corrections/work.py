"""Work items of corrections: a unit lead who did not propose it decides."""

from collections.abc import Iterator

from agencies.kernel.work import Decides, Row, Side, Work
from coordination.exchange.letters.work import item

from .models import Correction


def rows(correction: Correction) -> Iterator[Row]:
    agency = correction.agency_id
    yield item(correction, Side.DOES, agency, decides=Decides.LEAD, other_id=agency)


WORK = Work(
    kind="correction",
    things=lambda: Correction.objects.filter(state=Correction.State.PROPOSED).select_related("case"),
    rows=rows,
)
