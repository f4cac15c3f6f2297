"""Items that arrive at an agency and are routed there, for the worker and the dry run. Each noun declares how."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from agencies.journal.actions import StreamKey
from agencies.kernel.resource import RESOURCE_OF_KIND, RESOURCES, ArrivalRouting

from .models import RoutedKind, Routing


@dataclass(frozen=True)
class Arrival:
    """One kind of item, with what its noun declares."""

    kind: RoutedKind
    model: type[Any]
    routed: ArrivalRouting

    def rows(self) -> QuerySet[Any]:
        return self.routed.arrived(self.model.objects.all())

    def open(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return self.routed.open(rows)

    def at_agencies(self, begun: dict[int, datetime]) -> QuerySet[Any]:
        """Items that arrived at each agency since its time in `begun`."""
        wanted, routed = Q(pk__in=()), self.routed
        for agency_id, moment in begun.items():
            wanted |= Q(**{f"{routed.agency}_id": agency_id, f"{routed.at}__gte": moment})
        return self.rows().filter(wanted).select_related(routed.agency, *routed.related)

    def unrouted(self, begun: dict[int, datetime]) -> QuerySet[Any]:
        """Open items without a routing decision at their present agency, for their present version."""
        rows = self.open(self.at_agencies(begun))
        mine = Routing.objects.filter(subject=OuterRef("pk"), agency=OuterRef(f"{self.routed.agency}_id"))
        if not self.routed.round:
            return rows.exclude(Exists(mine))
        free = self.routed.again | ~Exists(mine)
        return rows.filter(free).exclude(Exists(mine.filter(round=OuterRef(self.routed.round))))

    def arrived_at(self, thing: Any) -> datetime:
        found: datetime = getattr(thing, self.routed.at)
        return found

    def agency_of(self, thing: Any) -> Any:
        return getattr(thing, self.routed.agency)

    def person_id(self, thing: Any) -> Any:
        return getattr(thing, f"{self.routed.person}_id")

    def stream(self, thing: Any) -> StreamKey:
        key: StreamKey = self.routed.stream(thing)
        return key

    def round_of(self, thing: Any) -> int:
        return int(getattr(thing, self.routed.round)) if self.routed.round else 1


def arrivals() -> dict[RoutedKind, Arrival]:
    """Every kind that is routed, in the order of `RoutedKind`."""
    return {kind: arrival for kind in RoutedKind if (arrival := _arrival(kind))}


def _arrival(kind: RoutedKind) -> Arrival | None:
    noun = RESOURCE_OF_KIND[kind]
    return Arrival(kind, noun.model, noun.routed) if noun.routed else None


def arrival_of(thing: Any) -> Arrival | None:
    """None for an item that is not routed."""
    noun = next((one for one in RESOURCES.values() if isinstance(thing, one.model)), None)
    return _arrival(RoutedKind(noun.kind)) if noun and noun.routed else None
