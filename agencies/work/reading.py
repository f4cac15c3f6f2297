"""Work items for a reader: which rows they may count, and the items of their home.

Layers above register the limits of other rows that name a case or a wall as work items once did.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from agencies.kernel.actor import Actor

from .models import WorkItem, WorkItemQuerySet

# Leaves only rows of which the actor may know.
Limit = Callable[[Actor, Any], Any]
_limits: list[Limit] = []


def register_limits(*limits: Limit) -> None:
    _limits[:] = limits


def limited(actor: Actor, rows: Any) -> Any:
    """The rows of the inbox without those hidden by a wall or by the end of a share."""
    for limit in _limits:
        rows = limit(actor, rows)
    return rows


@dataclass(frozen=True)
class Reader:
    """An actor and a time, for queries over the work items that the actor may count."""

    actor: Actor
    now: datetime

    @property
    def me(self) -> UUID | None:
        return UUID(self.actor.id) if self.actor.kind == "user" else None

    @property
    def does(self) -> WorkItemQuerySet:
        """All rows of items with the agency's next step, one for each person who handles the item."""
        return self.seen(WorkItem.objects.of_agency(self.actor.agency_id))

    @property
    def open(self) -> WorkItemQuerySet:
        """The same, each item once."""
        return self.does.filter(first=True)

    def seen(self, rows: WorkItemQuerySet) -> WorkItemQuerySet:
        return rows.visible_to(self.actor)

    def has(self, kind: str) -> WorkItemQuerySet:
        """Items of one kind with the agency's next step, each once."""
        return self.open.filter(kind=kind)
