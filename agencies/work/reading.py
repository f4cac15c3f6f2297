"""Work items for a reader: which rows they may count, and the items of their home.

Layers above register the conditions that they know: shares of cases, and walls within an agency.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from django.db.models import F

from agencies.kernel.actor import Actor
from agencies.kernel.counting import Source, source_of
from agencies.kernel.open_items import Hiding
from agencies.kernel.resource import RESOURCE_OF_KIND, RESOURCES

from .models import WorkItem, WorkItemQuerySet
from .models import register_limits as register_item_limits

Limit = Callable[[Actor, WorkItemQuerySet], WorkItemQuerySet]
_limits: list[Limit] = []


def register_limits(*limits: Limit) -> None:
    """Registers the limits of rows that name a case or a wall, and with them those of work items."""
    _limits[:] = limits
    register_item_limits(*limits, _without_hidden)


def _without_hidden(actor: Actor, rows: WorkItemQuerySet) -> WorkItemQuerySet:
    hidden = Reader(actor, None).hidden_items
    return rows.exclude(object_id__in=hidden) if hidden else rows


def limited(actor: Actor, rows: WorkItemQuerySet) -> WorkItemQuerySet:
    """The rows without those hidden by a wall or by the end of a share."""
    for limit in _limits:
        rows = limit(actor, rows)
    return rows


@lru_cache(maxsize=1024)
def source(actor: Actor, day: date) -> Source:
    """The rows of which the actor may know, for lists that are compiled once for each person and day."""
    return source_of([limit(actor, WorkItem.objects.all()) for limit in _limits])


NOTHING_HIDDEN = Hiding(
    topics=lambda actor: WorkItem.objects.none().annotate(subject=F("kind")),
    hidden=lambda actor, about: WorkItem.objects.none(),
    visible=lambda actor, about: WorkItem.objects.none(),
)


def hiding() -> Hiding:
    """What the noun declares of which an agency receives items that some of its people do not see."""
    declared = (resource.open_items for resource in RESOURCES.values())
    return next((items.hiding for items in declared if items and items.hiding), NOTHING_HIDDEN)


@dataclass(frozen=True)
class Reader:
    """An actor and a time, for queries over the work items that the actor may count.

    `about` are the subjects of the items that may be hidden from the actor (see `Hiding`), and `hidden` the hidden
    ones, if the caller has read them already. They are read once for a reader, because as a part of each query they
    would be longer than all others.
    """

    actor: Actor
    now: Any
    about: frozenset[str] | None = None
    hidden: frozenset[UUID] | None = None

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
        """The rows without those hidden by a wall, by the end of a share, or because of what they are about."""
        return self._without_hidden(limited(self.actor, rows))

    def _without_hidden(self, rows: WorkItemQuerySet) -> WorkItemQuerySet:
        """There are few hidden items, so excluding them keeps queries short."""
        hidden = self.hidden_items
        return rows.exclude(object_id__in=hidden) if hidden else rows

    def has(self, kind: str) -> WorkItemQuerySet:
        """Items of one kind with the agency's next step, each once, with only the checks that the kind needs."""
        ours = WorkItem.objects.of_agency(self.actor.agency_id)
        declared = RESOURCE_OF_KIND[kind].open_items
        seen = self._without_hidden(ours) if declared and declared.seen_by_all else self.seen(ours)
        return seen.filter(kind=kind, first=True)

    def visible(self, kind: str) -> Any:
        """The objects of a kind that the reader sees and that have work items of their agency, as a queryset."""
        resource = RESOURCE_OF_KIND[kind]
        if resource.open_items and (hiding := resource.open_items.hiding):
            return hiding.visible(self.actor, self.subjects)
        return resource.model.objects.visible_to(self.actor)

    @cached_property
    def subjects(self) -> frozenset[str]:
        """What the items that may be hidden are about."""
        if self.about is not None:
            return self.about
        return frozenset(hiding().topics(self.actor).values_list("subject", flat=True).distinct())

    @cached_property
    def hidden_items(self) -> frozenset[UUID]:
        if self.hidden is not None:
            return self.hidden
        if not self.subjects:
            return frozenset()
        return frozenset(hiding().hidden(self.actor, self.subjects).values_list("object_id", flat=True))
