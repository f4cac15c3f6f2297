"""The journal of objects of prevention. Each has a chain of its own, which the figures follow."""

from uuid import UUID

from agencies.journal.actions import StreamKey
from agencies.journal.models import Stream


def prevention_stream(pk: UUID) -> StreamKey:
    """Returns the stream of an exporter, letter, review, inspection or another object of prevention."""
    return StreamKey(Stream.Kind.PREVENTION, pk)
