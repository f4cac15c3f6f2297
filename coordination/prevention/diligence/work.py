"""Work items of reviews: its handler takes the next step, or follows up what the exporter owes."""

from collections.abc import Iterator

from agencies.kernel.work import DeskRow, WorkRows
from coordination.exchange.letters.work import in_hand

from .models import Review


def rows(review: Review) -> Iterator[DeskRow]:
    """One item. With open gaps it is due with the first of them."""
    if review.is_open:
        yield in_hand(review, review.agency_id, review.handler_id)


WORK = WorkRows(kind="review", things=lambda: Review.objects.open(), rows=rows)
