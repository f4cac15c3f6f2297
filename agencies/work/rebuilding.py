"""Rebuilds work items in batches: after a restore, after a change of the derivation, or when rows may be wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from agencies.kernel.work import REGISTER, atomic

from .actions import CHUNK, refresh
from .models import WorkItem


@dataclass(frozen=True)
class RebuildProgress:
    """The progress of one noun: objects read, rows written, and the last id, from which a rebuild can continue."""

    kind: str
    things: int
    written: int
    last: UUID


def rebuild(kind: str, *, after: UUID | None = None) -> Iterator[RebuildProgress]:
    """Rebuilds the rows of one noun, then deletes rows of closed objects. Yields the progress after each batch.

    Objects are read in the order of their ids. Each batch is its own transaction.
    """
    work, done, written = REGISTER[kind], 0, 0
    waiting: QuerySet[Any] = work.things().order_by("pk").values_list("pk", flat=True)
    kept = WorkItem.objects.filter(kind=kind).order_by("object_id").values_list("object_id", flat=True).distinct()
    for column, rows in (("pk", waiting), ("object_id", kept)):
        place = after
        while ids := list((rows.filter(**{f"{column}__gt": place}) if place else rows)[:CHUNK]):
            with atomic():
                written += refresh(work, ids)
            done, place = done + len(ids), ids[-1]
            yield RebuildProgress(kind, done, written, place)
