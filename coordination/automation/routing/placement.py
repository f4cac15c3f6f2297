"""Unit and priority of an item at an agency: by rule or by hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import BigIntegerField, Case, F, Value, When

from agencies.organisations.models import Agency

from .dispatch import current_routings
from .models import HandPriority, Priority, Routing, RoutingRule


@dataclass(frozen=True)
class Placed:
    """A priority by hand overrides one by rule; the default is normal."""

    routing: Routing | None = None
    hand: HandPriority | None = None

    @property
    def priority(self) -> Priority:
        if self.hand is not None and self.hand.priority is not None:
            return Priority(self.hand.priority)
        return Priority(self.routing.priority) if self.routing else Priority.NORMAL

    @property
    def get_priority_display(self) -> str:
        return str(self.priority.label)

    @property
    def is_by_hand(self) -> bool:
        return self.hand is not None and self.hand.priority is not None

    @property
    def rule(self) -> RoutingRule | None:
        return self.routing.rule if self.routing else None

    @property
    def unit(self) -> Agency | None:
        return self.routing.unit if self.routing else None


def placed_of(ids: Iterable[UUID], agency_id: int | None) -> dict[UUID, Placed]:
    """Placements of these items, in two queries."""
    listed = list(ids)
    routed = current_routings(listed, agency_id)
    set_by_hand = HandPriority.objects.about(listed).filter(agency=agency_id).select_related("event__note")
    hands = {one.subject: one for one in set_by_hand}
    return {pk: Placed(routed.get(pk), hands.get(pk)) for pk in {*routed, *hands}}


def places_of(ids: Iterable[UUID]) -> dict[tuple[UUID, int], tuple[int | None, int]]:
    """(item, agency) → the unit chosen by the rules, and the priority there; for work items, in one query."""
    listed = list(ids)
    columns = ("subject", "agency_id", "by_hand", "at_unit", "urgency")
    nowhere = Value(None, BigIntegerField())
    # Items at the agency itself belong to no unit.
    unit = Case(When(unit__is_agency=True, then=nowhere), default=F("unit_id"), output_field=BigIntegerField())
    routed = Routing.objects.standing().about(listed).annotate(by_hand=Value(0), at_unit=unit, urgency=F("priority"))
    by_hand = HandPriority.objects.standing().about(listed)
    set_by_hand = by_hand.annotate(by_hand=Value(1), at_unit=nowhere, urgency=F("priority"))
    found: dict[tuple[UUID, int], tuple[int | None, int]] = {}
    placed = routed.order_by().values_list(*columns).union(set_by_hand.order_by().values_list(*columns), all=True)
    for subject, agency, _hand, at_unit, urgency in sorted(placed, key=lambda row: row[2]):
        found[subject, agency] = (at_unit or found.get((subject, agency), (None, 1))[0], int(urgency))
    return found
