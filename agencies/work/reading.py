"""Work items for a reader: which rows they may count."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agencies.kernel.actor import Actor

from .models import WorkItem, WorkItemQuerySet


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
