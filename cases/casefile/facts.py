"""Facts of a case for its page: parties, items, acts, shipments, and the control rules on the day of the conduct."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from agencies.kernel import times
from agencies.kernel.bilingual import pick
from cases.controls.countries import country_name
from cases.controls.destinations import DestinationVerdict, ReportedMatter, matter_of, verdicts_of
from cases.controls.models import PartyRole
from cases.controls.store import current
from cases.controls.verdicts import strictest

from .conduct import ConductSpan, spans_of
from .licensing import NamedLicence, licences_of
from .models import Act, Case, Determination, Item, Party, Shipment
from .rows import OPEN_BASIS
from .threshold import ThresholdSums, compare_with_threshold
from .voyages import Voyage, voyage_of


@dataclass(frozen=True)
class PartyFacts:
    """A party with the label of its role, if the role is a known one."""

    party: Party
    role: str


@dataclass(frozen=True)
class ItemFacts:
    """An item, and what the control law says during its conduct for each destination of the case. `determination` is
    the latest, with what the rules changed about it since."""

    item: Item
    spans: list[ConductSpan]
    determination: Determination | None = None


@dataclass(frozen=True)
class ShipmentFacts:
    """A shipment, the names of the countries on its route in order, its legs, and the answer on the licence that it
    names. An unknown code is its own name."""

    shipment: Shipment
    route: list[str]
    voyage: Voyage
    licence: NamedLicence | None = None


@dataclass(frozen=True)
class CaseFacts:
    parties: list[PartyFacts]
    items: list[ItemFacts]
    acts: list[Act]
    shipments: list[ShipmentFacts]
    line: ThresholdSums
    techniques: list[Any]


def facts_of(case: Case) -> CaseFacts:
    """Reads the facts in at most thirteen queries, however many rows the case has."""
    items = list(case.items.all())
    shipments = list(case.shipments.select_related("district").prefetch_related("legs"))
    licences = licences_of(case, shipments)
    acts, parties = list(case.acts.prefetch_related("parties", "items")), parties_of(case.parties.all())
    found = _items(items, acts, control_matter(shipments, (one.party for one in parties)))
    return CaseFacts(
        parties=parties,
        items=found,
        acts=acts,
        shipments=[
            ShipmentFacts(one, list(map(country_name, one.route)), voyage_of(one), licences.get(one.pk))
            for one in shipments
        ],
        line=replace(compare_with_threshold(items), has_uncontrolled=any(map(_is_uncontrolled, found))),
        techniques=list(case.technique_findings.select_related("technique")),
    )


def _is_uncontrolled(found: ItemFacts) -> bool:
    """Whether the control law does not control an item that no person has determined yet."""
    verdicts = [one.verdict.verdict for span in found.spans for one in span.verdicts]
    return found.item.basis in OPEN_BASIS and strictest(verdicts) == "not_controlled"


def parties_of(parties: QuerySet[Party]) -> list[PartyFacts]:
    return [PartyFacts(party, _role(party)) for party in _with_roles(parties)]


def _with_roles(parties: QuerySet[Party]) -> QuerySet[Party]:
    known = PartyRole.objects.filter(code=OuterRef("role"))
    return (
        parties.select_related("country")
        .prefetch_related("identifiers")
        .annotate(role_zh=Subquery(known.values("name_zh")[:1]), role_en=Subquery(known.values("name_en")[:1]))
    )


def _role(party: Any) -> str:
    return pick(party.role_zh or "", party.role_en or "") or party.role


def control_matter(shipments: Iterable[Shipment], parties: Iterable[Party]) -> ReportedMatter:
    """What the control law asks about beside the goods. Parties have their country and their identifiers."""
    return matter_of(map(vars, shipments), map(_as_reported, parties))


def matter_of_case(case: Case) -> ReportedMatter:
    """In three queries."""
    parties = case.parties.select_related("country").prefetch_related("identifiers")
    return control_matter(case.shipments.all(), parties)


def _as_reported(party: Party) -> dict[str, Any]:
    """In the fields of the intake contract, identifiers in their compared form."""
    return {
        **vars(party),
        "country": party.country.alpha3 if party.country else "",
        "identifiers": [{"value": one.key} for one in party.identifiers.all()],
    }


def _items(items: Iterable[Item], acts: list[Act], matter: ReportedMatter) -> list[ItemFacts]:
    book, listed = current(), list(items)
    found = [item for item in listed if item.basis not in OPEN_BASIS]
    held = Determination.objects.in_force().filter(item__in=found).select_related("decided_by") if found else ()
    latest = {one.item_id: one for one in held}
    return [ItemFacts(item, spans_of(item, acts, matter, book), latest.get(item.pk)) for item in listed]


def verdicts_on(case: Case, item: Item) -> list[DestinationVerdict]:
    """The verdicts of the control law on one item, for the day of the conduct, else today."""
    return verdicts_of(vars(item), matter_of_case(case), item.conduct_on or times.today(), current())


def items_of(case: Case) -> list[ItemFacts]:
    """Reads the items with what the control law says of them, in six queries."""
    acts = list(case.acts.prefetch_related("items"))
    return _items(case.items.all(), acts, matter_of_case(case))


def verdict_of_case(case: Case) -> str:
    """The strictest verdict on any item, day of the conduct and destination of the case, "" without items."""
    return strictest(one.verdict.verdict for item in items_of(case) for span in item.spans for one in span.verdicts)
