"""Makes the rows of work items anew, in parts: after a restore, after a change of what rows say, and for a doubt."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from agencies.kernel.work import REGISTER, atomic

from .actions import CHUNK, refresh
from .models import WorkItem


@dataclass(frozen=True)
class Progress:
    """How far one noun is: what was read and written so far, and the last id, after which it may go on."""

    kind: str
    things: int
    written: int
    last: UUID


def rebuild(kind: str, *, after: UUID | None = None) -> Iterator[Progress]:
    """Things in the order of their ids, each part in a transaction of its own; then rows of what waits no more."""
    work, done, written = REGISTER[kind], 0, 0
    waiting: QuerySet[Any] = work.things().order_by("pk").values_list("pk", flat=True)
    kept = WorkItem.objects.filter(kind=kind).order_by("object_id").values_list("object_id", flat=True).distinct()
    for column, rows in (("pk", waiting), ("object_id", kept)):
        place = after
        while ids := list((rows.filter(**{f"{column}__gt": place}) if place else rows)[:CHUNK]):
            with atomic():
                written += refresh(work, ids)
            done, place = done + len(ids), ids[-1]
            yield Progress(kind, done, written, place)
