"""What the tests read of a case: its shipments with their legs, its goods and its parties.

The nationality of natural persons is no input: a person has no country here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from agencies.journal.digests import content_digest
from agencies.journal.transitions import to_json_value
from cases.casefile.identifiers import normalize_identifier
from cases.casefile.models import Case, Handling, Identifier, Item, Party, Shipment
from cases.casefile.rows import ITEM, LEG, SHIPMENT
from cases.casefile.voyages import Voyage, voyage_of
from cases.controls.destinations import CONSIGNEES, Trader, matter_of
from cases.controls.names import fold

EXPORTERS = ("exporter", "consignor", "declarant", "producer", "processing_company", "licence_holder", "owner")
BUYERS = (*CONSIGNEES, "end_user")
CURRENCY = "CNY"


@dataclass(frozen=True)
class TradeParty:
    """A party of a case. `marks` are its numbers and names in their compared form. A person has no country."""

    name: str
    role: str
    kind: str
    numbers: tuple[str, ...] = ()
    country: str = ""
    founded_on: date | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def marks(self) -> frozenset[str]:
        named = fold(self.name).core
        return frozenset(self.numbers) | ({f"name:{named}"} if named else frozenset())

    @property
    def as_reported(self) -> dict[str, Any]:
        """In the fields of the intake contract."""
        own = {"name": self.name, "role": self.role, "country": self.country}
        return {**self.more, **own, "identifiers": [{"value": value} for value in self.numbers]}


@dataclass(frozen=True)
class Consignment:
    """A shipment of a case. `day` is that of its departure by its legs, else that of the conduct; None if unknown."""

    pk: UUID
    name: str
    voyage: Voyage
    day: date | None
    mode: str = ""


@dataclass(frozen=True)
class TradeMatter:
    """A case. `items` have the fields of the intake contract; which of them a shipment carries is not recorded."""

    case_id: UUID
    consignments: tuple[Consignment, ...]
    items: tuple[Mapping[str, Any], ...]
    parties: tuple[TradeParty, ...]
    is_restricted: bool = False
    digest: str = ""

    @cached_property
    def exporters(self) -> tuple[TradeParty, ...]:
        return tuple(one for one in self.parties if one.role in EXPORTERS)

    @cached_property
    def buyers(self) -> tuple[TradeParty, ...]:
        """Consignees, buyers and end users, and the consignees of the legs."""
        named = [one for one in self.parties if one.role in BUYERS]
        known = {mark for one in named for mark in one.marks}
        of_legs = dict.fromkeys(
            leg.consignee
            for one in self.consignments
            for chain in (one.voyage.declared, one.voyage.actual)
            for leg in chain.legs
            if leg.consignee
        )
        more = (TradeParty(name, "consignee", Party.Kind.COMPANY) for name in of_legs)
        return (*named, *(one for one in more if not one.marks & known))

    @cached_property
    def exporter_marks(self) -> frozenset[str]:
        return marks_of(self.exporters)

    @cached_property
    def buyer_marks(self) -> frozenset[str]:
        return marks_of(self.buyers)

    @cached_property
    def trader_names(self) -> frozenset[str]:
        """Numbers and names by which other cases may name its exporters and buyers."""
        traders = (*self.exporters, *self.buyers)
        return frozenset(name for one in traders for name in (*one.numbers, one.name) if name)

    @cached_property
    def weight(self) -> Decimal | None:
        """Kilograms of all goods together, None if one is unknown."""
        return _sum(item["net_weight_kg"] for item in self.items)

    @cached_property
    def value(self) -> Decimal | None:
        """CNY of all goods together, None if one is unknown or in another currency."""
        return _sum(item["value"] if item["currency"] == CURRENCY else None for item in self.items)

    @cached_property
    def traders(self) -> tuple[Trader, ...]:
        """The parties, as the control law asks about them."""
        return matter_of((), [one.as_reported for one in self.parties], normalize_identifier).traders


def marks_of(parties: Iterable[TradeParty]) -> frozenset[str]:
    return frozenset(mark for one in parties for mark in one.marks)


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = list(amounts)
    return sum((one for one in known if one is not None), Decimal()) if known and None not in known else None


def read_matters(cases: Collection[UUID]) -> dict[UUID, TradeMatter]:
    """Reads what the tests need of these cases, in seven queries."""
    parties = Party.objects.select_related("country").prefetch_related(
        Prefetch("identifiers", Identifier.objects.order_by("pk"))
    )
    rows = Case.objects.filter(pk__in=cases).prefetch_related(
        "items", Prefetch("parties", parties), "shipments__legs", "shipments__district"
    )
    return {case.pk: _matter(case) for case in rows}


def _matter(case: Any) -> TradeMatter:
    items, shipments = list(case.items.all()), list(case.shipments.all())
    parties = tuple(map(_party, case.parties.all()))
    conduct = min((item.conduct_on for item in items if item.conduct_on), default=None)
    return TradeMatter(
        case_id=case.pk,
        consignments=tuple(_consignment(one, conduct) for one in shipments),
        items=tuple(vars(item) for item in items),
        parties=parties,
        is_restricted=case.handling == Handling.H3,
        digest=_digest(items, shipments, parties),
    )


def _consignment(shipment: Shipment, conduct: date | None) -> Consignment:
    voyage = voyage_of(shipment)
    departures = (leg.departs_on for chain in (voyage.declared, voyage.actual) for leg in chain.legs)
    return Consignment(shipment.pk, str(shipment), voyage, next(filter(None, departures), conduct), shipment.mode)


def _party(party: Party) -> TradeParty:
    is_person = party.kind == Party.Kind.PERSON
    return TradeParty(
        name=party.name,
        role=party.role,
        kind=party.kind,
        numbers=tuple(one.key for one in party.identifiers.all()),
        country=party.country.alpha3 if party.country and not is_person else "",
        founded_on=party.founded_on,
        more={"military": party.military, "owner": party.owner, "owner_share": party.owner_share},
    )


def _digest(items: Sequence[Item], shipments: Sequence[Shipment], parties: Sequence[TradeParty]) -> str:
    """A digest of the facts, which does not depend on the order of entry."""
    legs = [leg for shipment in shipments for leg in shipment.legs.all()]
    rows = [
        [kind.name, str(row.pk), kind.values(row)] for kind, found in _by_kind(items, shipments, legs) for row in found
    ]
    named = [["party", *map(to_json_value, vars(one).values())] for one in parties]
    return content_digest(sorted([*rows, *named], key=str))


def _by_kind(*rows: Sequence[Any]) -> Iterable[tuple[Any, Sequence[Any]]]:
    return zip((ITEM, SHIPMENT, LEG), rows, strict=True)
