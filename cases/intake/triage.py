"""The two panes of triage: what the source claims, and which rules of that day may apply. A person decides."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from agencies.kernel.texts import Text
from cases.casefile.identifiers import scheme_label
from cases.casefile.models import Item, Party, ShipmentLeg
from cases.casefile.threshold import ThresholdSums, compare_with_threshold
from cases.controls.destinations import DestinationVerdict, distinct, verdicts_of
from cases.controls.models import Country, District, PartyRole, Technique
from cases.controls.store import current
from cases.controls.verdicts import strictest
from cases.controls.words import END_USES, MODES, YES_NO

from .labels import DOUBTS, FIELDS, FLAGS, names_of, names_of_several, row_label
from .models import Content, Lead
from .verdicts import conduct_day, reported_matter, verdict_of

CHAINS, TRANSPORT = dict(ShipmentLeg.Chain.choices), dict(ShipmentLeg.Transport.choices)
NATURES = {value: label for value, label in Item.Nature.choices if value != Item.Nature.GOODS}


@dataclass(frozen=True)
class ClaimedNumber:
    """An identifier as reported, with its flag."""

    scheme: str
    value: str
    flag: Text

    @property
    def scheme_label(self) -> str:
        return scheme_label(self.scheme)


@dataclass(frozen=True)
class ClaimedParty:
    name: str
    role: str
    kind: Text
    country: str
    military: Text
    owner: str
    owner_share: Decimal | None
    numbers: list[ClaimedNumber]


@dataclass(frozen=True)
class ClaimedItem:
    """An item as reported. Weight and value are None if the source does not know them. `nature` is "" for goods."""

    description: str
    declared_as: str
    hs_code: str
    control_code: str
    net_weight_kg: Decimal | None
    value: Decimal | None
    currency: str
    nature: Text
    recipient: str
    channel: str
    origin: str
    end_use: Text


@dataclass(frozen=True)
class ClaimedLeg:
    """A leg of one chain: where it begins and ends, and what else is known of it, in words."""

    chain: Text
    ends: tuple[str, str]
    remarks: list[str]
    container: ClaimedNumber | None


@dataclass(frozen=True)
class ClaimedShipment:
    """A shipment. `stops` are the names of the countries in order, `bound_for` that of the final destination."""

    declaration: ClaimedNumber | None
    port: str
    district: str
    stops: list[str]
    bound_for: str
    mode: Text
    licence_no: str
    legs: list[ClaimedLeg]


@dataclass(frozen=True)
class ReportNames:
    """Code → name in the reader's language, for the codes in some reports."""

    roles: dict[str, str]
    countries: dict[str, str]
    districts: dict[str, str]
    techniques: dict[str, str]


@dataclass(frozen=True)
class Claim:
    """Left pane: the report in the reader's language. `doubts` are what is odd outside its rows, and how it was sent;
    `extra` are the further data of the source, each value with its path."""

    narrative: str
    parties: list[ClaimedParty]
    items: list[ClaimedItem]
    shipments: list[ClaimedShipment]
    techniques: list[str]
    doubts: list[tuple[Text, str]]
    extra: list[tuple[str, str]]


@dataclass(frozen=True)
class SuspectedItem:
    label: str
    content: Content
    verdicts: list[DestinationVerdict]


@dataclass(frozen=True)
class Suspicion:
    """Right pane. `verdict` is the strictest on any item. `day_known` is False if the source gave no date and the rules
    of the day of receipt are shown.
    """

    day: date
    day_known: bool
    destinations: list[str]
    items: list[SuspectedItem]
    verdict: str
    line: ThresholdSums


def read_names(contents: Iterable[Content]) -> ReportNames:
    """Reads the names that these reports use, in one query."""
    contents = list(contents)
    parties, shipments = _rows(contents, "parties"), _rows(contents, "shipments")
    countries = [party.get("country") for party in parties] + [row.get("final_destination") for row in shipments]
    legs = [leg for row in shipments for leg in row.get("legs") or []]
    countries += [leg.get(end) for leg in legs for end in ("from_country", "to_country")]
    countries += [item.get("origin") for item in _rows(contents, "items")]
    roles, places, districts, techniques = names_of_several(
        (PartyRole, "code", [party.get("role") for party in parties]),
        (Country, "alpha3", countries + [code for shipment in shipments for code in shipment.get("route", [])]),
        (District, "code", [shipment.get("customs_district") for shipment in shipments]),
        (Technique, "code", _rows(contents, "techniques")),
    )
    return ReportNames(roles=roles, countries=places, districts=districts, techniques=techniques)


def _rows(contents: Iterable[Content], part: str) -> list[Any]:
    return [row for content in contents for row in content.get(part, [])]


def read_claim(content: Content, names: ReportNames, flags: Iterable[dict[str, str]] = ()) -> Claim:
    """Builds the left pane. The package of a referral has the same shape, but null where a report omits fields."""
    flags = list(flags)
    odd = {flag["pointer"]: FLAGS.get(flag["code"], flag["code"]) for flag in flags}
    return Claim(
        narrative=content.get("narrative", ""),
        parties=[_party(n, party, odd, names) for n, party in enumerate(content.get("parties", []))],
        items=[_item(item, names) for item in content.get("items", [])],
        shipments=[_shipment(n, shipment, odd, names) for n, shipment in enumerate(content.get("shipments", []))],
        techniques=[names.techniques.get(code, code) for code in content.get("techniques", [])],
        doubts=[(FLAGS[flag["code"]], flag["detail"]) for flag in flags if flag["code"] in DOUBTS],
        extra=list(_leaves(content.get("extra") or {})),
    )


def _leaves(data: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Each value of an object of the source with its path, such as `score.model`."""
    if isinstance(data, Mapping):
        for name, value in data.items():
            yield from _leaves(value, f"{path}.{name}" if path else str(name))
    elif isinstance(data, list):
        for n, value in enumerate(data, 1):
            yield from _leaves(value, f"{path}[{n}]")
    elif data is not None:
        yield path, str(data)


def assess_suspicion(lead: Lead, content: Content, most: int | None = None) -> Suspicion:
    """Finds the rules that may cover each item on the day of the conduct, and compares the sums with the criminal
    threshold.

    Rules are searched for the first `most` items; the sums are those of all.
    """
    day, day_known = conduct_day(lead.occurred_at, lead.received_at)
    items, line = content.get("items", [])[:most], compare_with_threshold(content.get("items", []))
    book, matter = current(), reported_matter(content)
    suspected = [
        SuspectedItem(row_label("items", n, item), item, distinct(verdicts_of(item, matter, day, book)))
        for n, item in enumerate(items)
    ]
    answers = [strictest(each.verdict.verdict for each in one.verdicts) for one in suspected]
    return Suspicion(
        day=day,
        day_known=day_known,
        destinations=list(names_of(Country, "alpha3", matter.destinations).values()),
        items=suspected,
        verdict=verdict_of(content, day),
        line=replace(line, has_uncontrolled="not_controlled" in answers),
    )


def _party(n: int, party: Content, odd: dict[str, Text], names: ReportNames) -> ClaimedParty:
    kinds = dict(Party.Kind.choices)
    return ClaimedParty(
        name=row_label("parties", n, party),
        role=names.roles.get(party.get("role", ""), ""),
        kind=kinds.get(party.get("kind", ""), ""),
        country=names.countries.get(party.get("country", ""), ""),
        military=YES_NO.get(party.get("military") or "", ""),
        owner=party.get("owner") or "",
        owner_share=_number(party.get("owner_share")),
        numbers=[
            ClaimedNumber(identifier["scheme"], identifier["value"], odd.get(f"/parties/{n}/identifiers/{i}/value", ""))
            for i, identifier in enumerate(party.get("identifiers", []))
        ],
    )


def _item(item: Content, names: ReportNames) -> ClaimedItem:
    return ClaimedItem(
        **{name: item.get(name) or "" for name in ("description", "declared_as", "hs_code", "control_code")},
        net_weight_kg=_number(item.get("net_weight_kg")),
        value=_number(item.get("value")),
        currency=item.get("currency") or "",
        nature=NATURES.get(item.get("nature") or "", ""),
        recipient=item.get("recipient") or "",
        channel=item.get("channel") or "",
        origin=names.countries.get(item.get("origin") or "", ""),
        end_use=END_USES.get(item.get("end_use") or "", ""),
    )


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text not in (None, "") else None


def _shipment(n: int, shipment: Content, odd: dict[str, Text], names: ReportNames) -> ClaimedShipment:
    number = shipment.get("declaration_no")
    return ClaimedShipment(
        declaration=ClaimedNumber("DECL", number, odd.get(f"/shipments/{n}/declaration_no", "")) if number else None,
        port=shipment.get("port") or "",
        district=names.districts.get(shipment.get("customs_district", ""), ""),
        stops=[names.countries[code] for code in shipment.get("route", [])],
        bound_for=names.countries.get(shipment.get("final_destination") or "", ""),
        mode=MODES.get(shipment.get("mode") or "", ""),
        licence_no=shipment.get("licence_no") or "",
        legs=[
            _leg(leg, odd.get(f"/shipments/{n}/legs/{i}/container", ""), names)
            for i, leg in enumerate(shipment.get("legs") or [])
        ],
    )


def _leg(leg: Content, flag: Text, names: ReportNames) -> ClaimedLeg:
    begins, ends = (
        " ".join(filter(None, (leg.get(f"{end}_place"), names.countries.get(leg.get(f"{end}_country") or ""))))
        for end in ("from", "to")
    )
    days = " – ".join(leg.get(name) or "?" for name in ("departs_on", "arrives_on"))
    known = (name for name in ("carrier", "consignee", "source") if leg.get(name))
    named = [f"{FIELDS[name]}{_(': ')}{leg[name]}" for name in known]
    means = TRANSPORT.get(leg.get("mode") or "", "")
    return ClaimedLeg(
        chain=CHAINS[leg["chain"]],
        ends=(begins, ends),
        remarks=list(filter(None, (days.strip("? –") and days, str(means), leg.get("vessel"), *named))),
        container=ClaimedNumber("CNTR", leg["container"], flag) if leg.get("container") else None,
    )
