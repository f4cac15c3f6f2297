"""Work items of corrections: a unit lead who did not propose it decides."""

from collections.abc import Iterator

from agencies.kernel.work import Decides, Row, Side, Work
from cases.casefile.work import in_case

from .models import Correction


def rows(correction: Correction) -> Iterator[Row]:
    yield Row(
        side=Side.DOES,
        agency_id=correction.agency_id,
        state=correction.state,
        decides=Decides.LEAD,
        since=correction.state_since,
        other_id=correction.agency_id,
        **in_case(correction.case, correction.agency_id),
    )


WORK = Work(
    kind="correction",
    things=lambda: Correction.objects.filter(state=Correction.State.PROPOSED).select_related("case"),
    rows=rows,
)
