"""Work items of bulletins: the centre finishes a draft and reviews it."""

from collections.abc import Iterator

from agencies.kernel.work import DeskRow, Side, WorkRows

from .models import Bulletin


def rows(bulletin: Bulletin) -> Iterator[DeskRow]:
    is_draft = bulletin.state == Bulletin.State.DRAFT
    yield DeskRow(
        side=Side.DOES,
        agency_id=bulletin.agency_id,
        state=bulletin.state,
        person_id=bulletin.drafter_id if is_draft else None,
        free=not is_draft or bulletin.drafter_id is None,
        returned=is_draft and bool(bulletin.remarks),
        since=bulletin.state_since,
    )


WORK = WorkRows(kind="bulletin", things=lambda: Bulletin.objects.waiting(), rows=rows)
