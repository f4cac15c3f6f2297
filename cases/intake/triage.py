"""The two panes of triage: what the source claims, and what the law on that day suggests. A person decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.functional import Promise

from cases.casefile.models import Party
from cases.casefile.threshold import Line, weigh
from cases.controls.models import ControlItem, Country, District, PartyRole, Technique
from cases.controls.rules import RuleOnDate, load_rules, rules_for

from .models import Lead
from .words import FLAGS, row_words

Content = dict[str, Any]
Text = str | Promise
HOME = "CHN"


@dataclass(frozen=True)
class Number:
    """An identifier as told, and what is odd about it."""

    scheme: str
    value: str
    flag: Text


@dataclass(frozen=True)
class Who:
    name: str
    role: str
    kind: Text
    country: str
    numbers: list[Number]


@dataclass(frozen=True)
class Way:
    """A shipment. `stops` are the names of the countries in order."""

    declaration: Number | None
    port: str
    district: str
    stops: list[str]


@dataclass(frozen=True)
class Claim:
    """Left pane: the report in the reader's language, nothing added."""

    narrative: str
    parties: list[Who]
    items: list[Content]
    shipments: list[Way]
    techniques: list[str]


@dataclass(frozen=True)
class Suspected:
    label: str
    told: Content
    rules: list[RuleOnDate]


@dataclass(frozen=True)
class Suspicion:
    """Right pane. `day_known` is False when the source told no date and today's rules stand in."""

    day: date
    day_known: bool
    destinations: list[str]
    items: list[Suspected]
    line: Line


def claimed(content: Content, flags: Iterable[dict[str, str]]) -> Claim:
    """At most four queries, one per kind of name that the report uses."""
    odd = {flag["pointer"]: FLAGS.get(flag["code"], flag["code"]) for flag in flags}
    parties, shipments = content.get("parties", []), content.get("shipments", [])
    countries = country_names([p.get("country") for p in parties] + [c for s in shipments for c in s.get("route", [])])
    roles = _names(PartyRole, "code", (p.get("role") for p in parties))
    districts = _names(District, "code", (s.get("customs_district") for s in shipments))
    return Claim(
        narrative=content.get("narrative", ""),
        parties=[_who(n, party, odd, roles, countries) for n, party in enumerate(parties)],
        items=content.get("items", []),
        shipments=[_way(n, shipment, odd, districts, countries) for n, shipment in enumerate(shipments)],
        techniques=list(_names(Technique, "code", content.get("techniques", [])).values()),
    )


def suspected(lead: Lead, content: Content) -> Suspicion:
    """Which rules might cover each item on the day of the conduct, and where the whole stands to the criminal line."""
    day = timezone.localtime(lead.occurred_at).date() if lead.occurred_at else timezone.localdate()
    items, line = content.get("items", []), weigh(content.get("items", []))
    rules = load_rules() if items else []
    return Suspicion(
        day=day,
        day_known=lead.occurred_at is not None,
        destinations=list(country_names(destinations(content)).values()),
        items=[Suspected(row_words("items", n, item), item, _rules(rules, item, day)) for n, item in enumerate(items)],
        line=line,
    )


def destinations(content: Content) -> list[str]:
    """Where each shipment was last heard to go; a route that ends at home tells no destination."""
    ends = [shipment["route"][-1] for shipment in content.get("shipments", []) if shipment.get("route")]
    return [code for code in dict.fromkeys(ends) if code != HOME]


def country_names(codes: Iterable[str | None]) -> dict[str, str]:
    return _names(Country, "alpha3", codes)


def _names(model: type[models.Model], key: str, codes: Iterable[str | None]) -> dict[str, str]:
    """Code → name in the order asked; a code that no row knows stands for itself (roles are open words)."""
    asked = [code for code in dict.fromkeys(codes) if code]
    known = (
        {getattr(row, key): str(row) for row in model._default_manager.filter(**{f"{key}__in": asked})} if asked else {}
    )
    return {code: known.get(code, code) for code in asked}


def _who(n: int, party: Content, odd: dict[str, Text], roles: dict[str, str], countries: dict[str, str]) -> Who:
    kinds = dict(Party.Kind.choices)
    return Who(
        name=row_words("parties", n, party),
        role=roles.get(party.get("role", ""), ""),
        kind=kinds.get(party.get("kind", ""), ""),
        country=countries.get(party.get("country", ""), ""),
        numbers=[
            Number(told["scheme"], told["value"], odd.get(f"/parties/{n}/identifiers/{i}/value", ""))
            for i, told in enumerate(party.get("identifiers", []))
        ],
    )


def _way(n: int, shipment: Content, odd: dict[str, Text], districts: dict[str, str], countries: dict[str, str]) -> Way:
    number = shipment.get("declaration_no")
    return Way(
        declaration=Number("DECL", number, odd.get(f"/shipments/{n}/declaration_no", "")) if number else None,
        port=shipment.get("port", ""),
        district=districts.get(shipment.get("customs_district", ""), ""),
        stops=[countries[code] for code in shipment.get("route", [])],
    )


def _rules(rules: list[ControlItem], item: Content, day: date) -> list[RuleOnDate]:
    return rules_for(
        rules,
        control_code=item.get("control_code", ""),
        hs_code=item.get("hs_code", ""),
        description=item.get("description") or item.get("declared_as", ""),
        day=day,
    )
