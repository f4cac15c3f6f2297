"""Draws the past matters and writes them in one transaction."""

from collections.abc import Callable
from datetime import date, datetime

from agencies.journal.models import Event, Stream
from agencies.kernel.work import atomic
from cases.intake.models import Lead
from dev.scale.loading import keep_sequences
from dev.scale.seeding import ReservedNumbers

from .book import Book, day_of
from .drawing import days_of_receipt, pick
from .matters import COMMERCE, CUSTOMS, Codes, Matter, dismissed, fined, refused, transferred, warned, withdrawn

Kind = Callable[[Book, Codes, int, date], Matter]
# Share of each kind among the leads; without a kind the lead is dismissed.
KINDS: tuple[tuple[Kind | None, int], ...] = (
    *((None, 30), (fined, 36), (warned, 12)),
    *((transferred, 15), (refused, 5), (withdrawn, 2)),
)
# In place of a transfer whose judgment would lie ahead.
SHORTER: tuple[tuple[Kind, int], ...] = ((withdrawn, 3), (refused, 2))
FROM_COMMERCE = 0.25  # of the dismissed leads


def load_history(*, now: datetime) -> int:
    """Returns the number of leads. Idempotent: the same as 0 where a history is loaded."""
    if Lead.objects.filter(source_system="HISTORY").exists():
        return 0
    with atomic():
        book, numbers = Book(now), ReservedNumbers(0)
        codes = Codes(numbers.take)
        days = days_of_receipt(day_of(book.now))
        for serial, day in enumerate(days, start=1):
            _draw(book, codes, serial, day).write()
        book.loader.flush()
        numbers.keep()
        keep_sequences(Stream, Event)
    return len(days)


def _draw(book: Book, codes: Codes, serial: int, day: date) -> Matter:
    """A matter whose course would not have ended by now becomes a shorter one, at last a dismissed lead."""
    kind = pick(book.rng, *KINDS)
    shorter = [pick(book.rng, *SHORTER)] if kind is transferred else []
    for make in dict.fromkeys([kind, *shorter, fined, warned] if kind else []):
        matter = make(book, codes, serial, day)
        if matter.is_over:
            return matter
    return dismissed(book, codes, serial, day, COMMERCE if book.rng.random() < FROM_COMMERCE else CUSTOMS)
