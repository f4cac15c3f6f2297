"""Reads of the journal that many tests need."""

from collections.abc import Iterator
from uuid import UUID

from agencies.journal.models import Event, Stream
from agencies.journal.verify import Break, verify_stream


def verify_streams() -> Iterator[Break]:
    """Yields the first break of each broken stream."""
    yield from filter(None, map(verify_stream, Stream.objects.order_by("pk")))


def latest_event(object_kind: str, object_id: UUID) -> Event | None:
    return Event.objects.filter(object_kind=object_kind, object_id=object_id).order_by("-id").first()
