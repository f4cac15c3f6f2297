"""Work items of major cases: the progress that the lead agency owes."""

from collections.abc import Iterator

from agencies.kernel.work import Row, Side, Work
from cases.casefile.work import in_case

from .models import MajorCase


def rows(mark: MajorCase) -> Iterator[Row]:
    yield Row(
        side=Side.DOES,
        agency_id=mark.case.lead_id,
        state=mark.state,
        free=True,
        due_at=mark.due_at,
        breach_at=mark.breach_at,
        since=max((one.at for one in mark.entries.all()), default=mark.designated_at),
        **in_case(mark.case, mark.case.lead_id),
    )


WORK = Work(
    kind="major_case",
    things=lambda: MajorCase.objects.open().select_related("case").prefetch_related("entries"),
    rows=rows,
)
