"""Work items of major cases: the progress that the lead agency owes."""

from collections.abc import Iterator

from agencies.kernel.work import DeskRow, WorkRows
from coordination.exchange.letters.work import in_hand

from .models import MajorCase


def rows(mark: MajorCase) -> Iterator[DeskRow]:
    last = max((one.at for one in mark.entries.all()), default=mark.designated_at)
    yield in_hand(mark, mark.case.lead_id, None, since=last)


WORK = WorkRows(
    kind="major_case",
    things=lambda: MajorCase.objects.open().select_related("case").prefetch_related("entries"),
    rows=rows,
)
