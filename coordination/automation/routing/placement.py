"""Unit and priority of an item at an agency: by rule or by hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, Case, F, Value, When

from agencies.organisations.models import Agency
from cases.intake.models import Lead
from cases.watchlists.models import WatchHit

from .dispatch import current_routings
from .models import HandPriority, Priority, Routing, RoutingRule

OF_A_WATCH = Priority.HIGH


@dataclass(frozen=True)
class Placement:
    """A priority by hand overrides one by rule; the default is normal. A watch on routes places a lead with its desk,
    and raises a priority by rule."""

    routing: Routing | None = None
    hand: HandPriority | None = None
    hit: WatchHit | None = None

    @property
    def priority(self) -> Priority:
        if self.hand is not None and self.hand.priority is not None:
            return Priority(self.hand.priority)
        by_rule = Priority(self.routing.priority) if self.routing else Priority.NORMAL
        return max(by_rule, OF_A_WATCH) if self.hit else by_rule

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
        if self.hit and self.hit.unit:
            return self.hit.unit
        return self.routing.unit if self.routing else None


def placements(things: Iterable[Any], agency_id: int | None) -> dict[UUID, Placement]:
    """Placements of these objects, in two queries; in one more if there are leads, which may meet a watch."""
    listed = list(things)
    ids, leads = [one.pk for one in listed], [one.pk for one in listed if isinstance(one, Lead)]
    return placed_of(ids, agency_id, leads=leads)


def placed_of(ids: Iterable[UUID], agency_id: int | None, *, leads: Iterable[UUID] = ()) -> dict[UUID, Placement]:
    """Placements of these items; `leads` are those among them that are leads. Of several watches that met a lead, the
    first by code counts."""
    listed, watched = list(ids), list(leads)
    by_hand = HandPriority.objects.about(listed).filter(agency=agency_id).select_related("event__note")
    met = WatchHit.objects.filter(subject__in=watched, agency=agency_id).select_related("listing", "unit")
    routed, hands = current_routings(listed, agency_id), {one.subject: one for one in by_hand}
    hits = {one.subject: one for one in sorted(met, key=lambda hit: hit.code, reverse=True)} if watched else {}
    return {pk: Placement(routed.get(pk), hands.get(pk), hits.get(pk)) for pk in {*routed, *hands, *hits}}


def placed_at(thing: Any, agency_id: int | None) -> Placement:
    """The placement of one object."""
    return placements([thing], agency_id).get(thing.pk, Placement())


def places_of(ids: Iterable[UUID]) -> dict[tuple[UUID, int], tuple[int | None, int]]:
    """(item, agency) → the unit chosen by the rules, and the priority there; for work items, in one query."""
    listed = list(ids)
    columns = ("subject", "agency_id", "by_hand", "at_unit", "urgency")
    nowhere = Value(None, BigIntegerField())
    # Items at the agency itself belong to no unit.
    unit = Case(When(unit__is_agency=True, then=nowhere), default=F("unit_id"), output_field=BigIntegerField())
    routed = Routing.objects.standing().about(listed).annotate(by_hand=Value(0), at_unit=unit, urgency=F("priority"))
    met = WatchHit.objects.filter(subject__in=listed, kind=WatchHit.Kind.LEAD)
    watched = met.annotate(by_hand=Value(1), at_unit=F("unit_id"), urgency=Value(OF_A_WATCH.value))
    by_hand = HandPriority.objects.standing().about(listed)
    set_by_hand = by_hand.annotate(by_hand=Value(2), at_unit=nowhere, urgency=F("priority"))
    found: dict[tuple[UUID, int], tuple[int | None, int]] = {}
    placed = (rows.order_by().values_list(*columns) for rows in (routed, watched, set_by_hand))
    first, *others = placed
    for subject, agency, order, at_unit, urgency in sorted(first.union(*others, all=True), key=lambda row: row[2]):
        unit_before, before = found.get((subject, agency), (None, 1))
        found[subject, agency] = (at_unit or unit_before, max(before, int(urgency)) if order == 1 else int(urgency))
    return found
