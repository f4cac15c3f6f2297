"""Facts of a case for its page: parties, items, acts, shipments, and the control rules on the day of the conduct."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from agencies.kernel import times
from agencies.kernel.bilingual import pick
from cases.controls.countries import country_name
from cases.controls.destinations import ForDestination, last_stops, verdicts_of
from cases.controls.models import PartyRole
from cases.controls.store import current
from cases.controls.verdicts import strictest

from .models import Act, Case, Item, Party, Shipment
from .threshold import ThresholdSums, compare_with_threshold


@dataclass(frozen=True)
class PartyFacts:
    """A party with the label of its role, if the role is a known one."""

    party: Party
    role: str


@dataclass(frozen=True)
class ItemFacts:
    """An item and the verdicts of the control law on `day`, one for each destination of the case.

    `day_known` is False if today is used because the day of the conduct is unknown.
    """

    item: Item
    day: date
    day_known: bool
    verdicts: list[ForDestination]


@dataclass(frozen=True)
class ShipmentFacts:
    """A shipment and the names of the countries on its route, in order. An unknown code is its own name."""

    shipment: Shipment
    route: list[str]


@dataclass(frozen=True)
class Facts:
    parties: list[PartyFacts]
    items: list[ItemFacts]
    acts: list[Act]
    shipments: list[ShipmentFacts]
    line: ThresholdSums
    techniques: list[Any]


def facts_of(case: Case) -> Facts:
    """Reads the facts in at most eight queries, however many rows the case has."""
    items, shipments = list(case.items.all()), list(case.shipments.select_related("district"))
    return Facts(
        parties=[PartyFacts(party, _role(party)) for party in _parties(case)],
        items=_items(items, last_stops(one.route for one in shipments)),
        acts=list(case.acts.prefetch_related("parties", "items")),
        shipments=_shipments(shipments),
        line=compare_with_threshold(items),
        techniques=list(case.technique_findings.select_related("technique")),
    )


def _parties(case: Case) -> QuerySet[Party]:
    known = PartyRole.objects.filter(code=OuterRef("role"))
    parties: QuerySet[Party] = case.parties.select_related("country").prefetch_related("identifiers")
    return parties.annotate(
        role_zh=Subquery(known.values("name_zh")[:1]), role_en=Subquery(known.values("name_en")[:1])
    )


def _role(party: Any) -> str:
    return pick(party.role_zh or "", party.role_en or "") or party.role


def _items(items: Iterable[Item], destinations: list[str]) -> list[ItemFacts]:
    book, today = current(), times.today()
    return [
        ItemFacts(
            item=item,
            day=item.conduct_on or today,
            day_known=item.conduct_on is not None,
            verdicts=verdicts_of(vars(item), destinations, item.conduct_on or today, book),
        )
        for item in items
    ]


def verdicts_on(case: Case, item: Item) -> list[ForDestination]:
    """The verdicts of the control law on one item, for the day of the conduct, else today."""
    ends = last_stops(case.shipments.values_list("route", flat=True))
    return verdicts_of(vars(item), ends, item.conduct_on or times.today(), current())


def verdict_of_case(case: Case) -> str:
    """The strictest verdict on any item and destination of the case, "" without items."""
    found = _items(case.items.all(), last_stops(case.shipments.values_list("route", flat=True)))
    return strictest(one.verdict.verdict for item in found for one in item.verdicts)


def _shipments(shipments: Iterable[Shipment]) -> list[ShipmentFacts]:
    return [ShipmentFacts(shipment, [country_name(code) for code in shipment.route]) for shipment in shipments]
