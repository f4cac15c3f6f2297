"""Follows the journal: brings the facts of every matter with newer events up to date, and rebuilds them."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from time import monotonic
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from agencies.journal.models import Event, Stream
from agencies.kernel import times
from agencies.kernel.measures import day_of
from agencies.kernel.resource import MEASURED
from agencies.kernel.work import atomic

from .ledger import STREAMS, differences_of, refresh
from .models import Bookmark, Fact, Label, LabelSet, StoredMatter
from .months import differing_month, sum_up_all

BATCH = 500  # matters: the more, the fewer statements for each
SLICE, LASTS = 2_000, 10.0  # matters and seconds for each job; then other jobs of this worker have their turn
EVENTS = 1_000  # read at once; no batch takes long
# An event is recorded before it is committed; no transaction lasts longer than this.
OVERLAP = timedelta(minutes=2)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def follow(most: int = SLICE) -> int:
    """Reads the journal from the bookmark. Returns the number of matters brought up to date; a second run finds none.

    An event is recorded before it is committed. So the journal is read again from some minutes before the bookmark,
    and a matter is known by the last event of its chain.
    """
    began, reached, count, started = times.now(), read_until(), 0, monotonic()
    events = Event.objects.filter(recorded_at__gte=(reached or BEGINNING) - OVERLAP, stream__kind__in=STREAMS)
    rows = events.order_by("recorded_at", "pk").values_list("recorded_at", "stream__subject", "stream__head_seq")
    for batch in _batches(rows.iterator(chunk_size=1_000), EVENTS):
        heads = {subject: head for _at, subject, head in batch}
        count += _bring_up_to_date(heads, day_of(batch[-1][0]))
        reached = max(reached or BEGINNING, batch[-1][0])
        _reach(reached)
        if count >= most or monotonic() - started > LASTS:
            return count
    _reach(reached or BEGINNING, checked_at=began)
    return count


def read_until() -> datetime | None:
    """The last event of the journal that facts know of. None: nothing was counted yet."""
    return Bookmark.objects.values_list("until", flat=True).first()


def as_of() -> datetime:
    """Up to when the figures are complete. Until the journal was read once to its end, BEGINNING."""
    return Bookmark.objects.values_list("checked_at", flat=True).first() or BEGINNING


def complete_until() -> datetime | None:
    """`as_of` for readers; None while figures are prepared for the first time."""
    at = as_of()
    return None if is_preparing(at) else at


def is_preparing(at: datetime) -> bool:
    """Whether figures as of this time are those of an unfinished first build."""
    return at == BEGINNING


def _reach(moment: datetime, **more: datetime) -> None:
    Bookmark.objects.update_or_create(pk=1, defaults={"until": moment, **more})


def _bring_up_to_date(heads: dict[UUID, int], day: date) -> int:
    known = dict(StoredMatter.objects.filter(matter__in=heads).values_list("matter", "seq"))
    changed = sorted(pk for pk, head in heads.items() if known.get(pk) != head)
    for batch in _batches(iter(changed), BATCH):
        for part in _batches(_with_related(batch), BATCH):
            _refresh_locked(part, because=day)
    return len(changed)


def _with_related(matters: Collection[UUID]) -> list[UUID]:
    """Known matters whose facts depend on these, then these: a matter is up to date after all that depend on it."""
    more = {pk for _kind, measures in MEASURED for pk in measures.related(matters)} - set(matters)
    return [*StoredMatter.objects.filter(matter__in=more).values_list("matter", flat=True), *matters]


def _refresh_locked(matters: Collection[UUID], *, anew: bool = False, because: date | None = None) -> int:
    with atomic():
        _lock()
        return refresh(matters, anew=anew, because=because)


def _lock() -> None:
    """One writer at a time, until the end of the transaction."""
    Bookmark.objects.get_or_create(pk=1, defaults={"until": BEGINNING})
    Bookmark.objects.select_for_update().get(pk=1)


@dataclass(frozen=True)
class FollowingProgress:
    """Matters read, and facts that were missing or wrong."""

    matters: int
    rows: int


def rebuild(*, from_nothing: bool = False) -> Iterator[FollowingProgress]:
    """Derives the facts of every matter anew and writes what differs, then sums up all months.

    Each batch is a transaction of its own.

    `from_nothing`: all facts are deleted first.
    """
    began = times.now()
    newest = Event.objects.order_by("-recorded_at").values_list("recorded_at", flat=True).first()
    if from_nothing:
        with atomic():
            _lock()
            for model in (Fact, StoredMatter, Label, LabelSet):
                model._default_manager.all().delete()
    done = rows = 0
    for batch in _batches(_matters(), BATCH):
        rows += _refresh_locked(batch, anew=True)
        done += len(batch)
        yield FollowingProgress(done, rows)
    with atomic():
        _lock()
        sum_up_all()
    if newest is not None and newest > (read_until() or BEGINNING):
        _reach(newest, checked_at=began)


def _matters() -> Iterator[UUID]:
    last: UUID | None = None
    while True:
        heads = Stream.objects.filter(kind__in=STREAMS).order_by("subject").values_list("subject", flat=True)
        some = list((heads.filter(subject__gt=last) if last else heads)[:1_000])
        yield from some
        if not some:
            return
        last = some[-1]


def differing(sample: int) -> list[UUID]:
    """Matters of a random sample whose stored facts differ from derived ones. Those with unread events are left out."""
    heads = Stream.objects.filter(subject=OuterRef("matter"), head_seq=OuterRef("seq"), kind__in=STREAMS)
    seen = StoredMatter.objects.filter(Exists(heads)).order_by("?").values_list("matter", flat=True)[:sample]
    return differences_of(list(seen))


def differing_months() -> int:
    """How many sums of a random month differ from those of its facts."""
    with atomic():
        _lock()
        return differing_month()


def _batches(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rows = iter(rows)
    while batch := list(islice(rows, size)):
        yield batch
