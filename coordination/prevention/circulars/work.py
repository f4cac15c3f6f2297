"""Work items of circulars: of the author, of another reader, or of the unit lead."""

from collections.abc import Iterator

from agencies.kernel.work import Decider, DeskRow, WorkRows
from coordination.exchange.letters.work import in_hand

from .models import Circular

S = Circular.State


def rows(circular: Circular) -> Iterator[DeskRow]:
    """No date is due: that of the answers is a date of the letters."""
    yield in_hand(
        circular,
        circular.agency_id,
        None if circular.state == S.REVIEW else circular.handler_id,
        due_at=None,
        breach_at=None,
        returned=circular.state == S.DRAFT and bool(circular.to_revise),
        decides=Decider.LEAD if circular.state in (S.READ, S.SENDING) else Decider.NONE,
    )


WORK = WorkRows(kind="circular", things=lambda: Circular.objects.open(), rows=rows)
