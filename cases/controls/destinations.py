"""The verdicts on goods as questions, reports and cases describe them. All that asks the control law asks here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from agencies.kernel.texts import normalise_text

from .countries import country_name
from .matching import CONTRADICTED, GoodsMatch, find
from .parties import CheckedParty, listed, read_military
from .rulebook import Rulebook
from .terms import HOME, CheckFacts
from .verdicts import Verdict, controls, decisive

MOST = 5  # destinations of one item that are read
DESCRIBED, DECLARED = "described", "declared"
CONSIGNEES = ("consignee", "importer", "buyer", "overseas_buyer", "receiver_abroad", "overseas_company")


def answer(facts: CheckFacts, on: date, book: Rulebook, others: Iterable[CheckedParty] = ()) -> Verdict:
    """The verdict, with the entries of lists that name a party of the question or one of `others`."""
    named = (
        CheckedParty(facts.end_user, "end_user"),
        CheckedParty(facts.consignee, "consignee"),
        CheckedParty(facts.owner, "owner"),
    )
    asked = dict.fromkeys([*others, *(party for party in named if party.name)])
    return controls(replace(facts, hits=listed(tuple(asked), on)), on, book)


TEXTS = (
    *("description", "hs_code", "control_code", "nature", "origin", "mode", "consignee", "consignee_country"),
    *("destination", "end_user", "end_user_country", "owner"),
)
KNOWN = ("military", "end_use", "notice")


def facts_of(data: Mapping[str, Any]) -> CheckFacts:
    """Facts from checked answers by name; what is empty or absent is not known."""
    texts: Any = {name: normalise_text(data.get(name) or "") for name in TEXTS}
    known: Any = {name: data.get(name) or "unknown" for name in KNOWN}
    return CheckFacts(
        **texts,
        **known,
        intermediate=tuple(data.get("intermediate") or ()),
        owner_share=data.get("owner_share"),
        parameters=data.get("parameters") or {},
    )


@dataclass(frozen=True)
class Journey:
    """One way of the goods: the final destination, the countries between, and how they leave (one of MODES)."""

    destination: str
    between: tuple[str, ...] = ()
    mode: str = ""


@dataclass(frozen=True)
class Trader:
    """A party of a report or case, as far as the control law asks about it. `numbers` are in their compared form."""

    name: str
    role: str
    country: str = ""
    military: str = "unknown"
    owner: str = ""
    owner_share: Decimal | None = None
    numbers: tuple[str, ...] = ()


NO_TRADER = Trader("", "")


@dataclass(frozen=True)
class ReportedMatter:
    """What a report or a case says beside its goods."""

    journeys: tuple[Journey, ...] = ()
    traders: tuple[Trader, ...] = ()

    @property
    def destinations(self) -> list[str]:
        return list(dict.fromkeys(one.destination for one in self.journeys))


def matter_of(
    shipments: Iterable[Mapping[str, Any]],
    parties: Iterable[Mapping[str, Any]] = (),
    compared: Any = str,
) -> ReportedMatter:
    """From rows in the fields of the intake contract. `compared` brings a number into its compared form."""
    journeys = dict.fromkeys(one for row in shipments if (one := _journey(row)) is not None)
    return ReportedMatter(tuple(journeys), tuple(_trader(row, compared) for row in parties))


def _journey(row: Mapping[str, Any]) -> Journey | None:
    """A way that ends in China is no export; without any country it is none."""
    route = list(row.get("route") or [])
    end = row.get("final_destination") or (route[-1] if route else "")
    if not end or (end == HOME and row.get("mode") != "release"):
        return None
    between = tuple(stop for stop in route[1:] if stop != end)
    starts_here = "export" if route[:1] == [HOME] and len(route) > 1 else "transit" if HOME in between else ""
    return Journey(end, between, row.get("mode") or starts_here)


def _trader(row: Mapping[str, Any], compared: Any) -> Trader:
    share = row.get("owner_share")
    return Trader(
        **{name: row.get(name) or "" for name in ("name", "role", "country", "owner")},
        military=row.get("military") or "unknown",
        owner_share=Decimal(str(share)) if share not in (None, "") else None,
        numbers=tuple(compared(one["value"]) for one in row.get("identifiers") or () if one.get("value")),
    )


@dataclass(frozen=True)
class DestinationVerdict:
    """`code` is the country (alpha-3), `destination` its name; both are empty if it is not known. `reading` is
    DESCRIBED for what the goods are said to be, DECLARED for what they were declared as."""

    code: str
    destination: str
    verdict: Verdict
    reading: str = DESCRIBED


def verdicts_of(item: Mapping[str, Any], matter: ReportedMatter, on: date, book: Rulebook) -> list[DestinationVerdict]:
    """The verdict for each journey, or one without destination if none is known; for goods that were declared as
    something else also that for the declared name.

    `item` has the fields of the intake contract. Of many destinations, those that a rule names come first.
    """
    journeys = sorted(matter.journeys, key=lambda one: one.destination not in book.destinations)[:MOST]
    # The recipient of technology, software or a service counts as a party.
    recipient = [Trader(item["recipient"], "consignee")] if item.get("recipient") else []
    traders = [*recipient, *matter.traders]
    people, others = _people(traders, book, on), tuple(_screened(traders))
    found = []
    for reading, goods in _readings(item):
        for one in journeys or [Journey("")]:
            facts = CheckFacts(**goods, **people, destination=one.destination, intermediate=one.between, mode=one.mode)
            name = country_name(one.destination) if one.destination else ""
            found.append(DestinationVerdict(one.destination, name, answer(facts, on, book, others), reading))
    return found


def distinct(found: Iterable[DestinationVerdict]) -> list[DestinationVerdict]:
    """Without readings of the declared name that say the same as the description."""
    held = list(found)
    described = {(one.code, *said(one.verdict)) for one in held if one.reading == DESCRIBED}
    return [one for one in held if one.reading == DESCRIBED or (one.code, *said(one.verdict)) not in described]


def said(verdict: Verdict) -> tuple[object, ...]:
    """By what two verdicts on the same goods differ for a reader."""
    return verdict.verdict, verdict.verify, verdict.could_become, tuple(one.rule.code for one in decisive(verdict))


def _readings(item: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    goods, declared = _goods(item), item.get("declared_as") or ""
    yield DESCRIBED, goods
    if declared and declared != goods["description"]:
        yield DECLARED, {**goods, "description": declared}


def _goods(item: Mapping[str, Any]) -> dict[str, Any]:
    nature = item.get("nature") or ""
    return {
        **_texts(item),
        "nature": "technology" if nature == "software" else nature if nature in ("goods", "technology") else "",
        "origin": item.get("origin") or "",
        "end_use": item.get("end_use") or "unknown",
    }


def _people(traders: Sequence[Trader], book: Rulebook, on: date) -> dict[str, Any]:
    """The end user and the consignee of the question. A party abroad that is military comes first, in any part."""
    abroad = [one for one in traders if one.name and _is_abroad(one)]
    flagged = [one for one in abroad if one.military == "yes"]
    named = [one for one in abroad if read_military([one.name], book, on).state == "yes"]
    users = [one for one in abroad if one.role == "end_user"]
    consignees = [one for one in abroad if one.role in CONSIGNEES]
    user = next(iter([*flagged, *(one for one in named if one in users), *users]), NO_TRADER)
    consignee = next(iter([*(one for one in named if one in consignees), *consignees]), NO_TRADER)
    armed = next((one for one in named if one not in users), consignee)
    return {
        **{"end_user": user.name, "end_user_country": user.country, "military": user.military},
        **{"owner": user.owner, "owner_share": user.owner_share},
        **{"consignee": armed.name, "consignee_country": consignee.country},
    }


def _is_abroad(one: Trader) -> bool:
    return one.role in (*CONSIGNEES, "end_user") or one.country not in ("", HOME)


def _screened(traders: Iterable[Trader]) -> Iterator[CheckedParty]:
    """Parties abroad, who may be listed in any part that they take."""
    for one in traders:
        if _is_abroad(one):
            role = "end_user" if one.role == "end_user" else "consignee"
            yield CheckedParty(one.name, role, one.numbers)


def as_recorded(found: Iterable[DestinationVerdict]) -> dict[str, Any]:
    """What the law said when a person determined the goods, for the event: a later change of the rules leaves it."""
    verdicts = list(found)
    return {
        "rules_version": verdicts[0].verdict.version if verdicts else 0,
        "rules_said": [
            {
                "destination": one.code,
                "reading": one.reading,
                "on": one.verdict.on.isoformat(),
                "verdict": one.verdict.verdict,
                "verify": one.verdict.verify,
                "rules": [rule.rule.code for rule in decisive(one.verdict)],
            }
            for one in distinct(verdicts)
        ],
    }


def goods_of(item: Mapping[str, Any], book: Rulebook) -> list[GoodsMatch]:
    """The goods of the list that an item may be on any day, by code, name or HS code."""
    return [one for one in find(book, given={}, **_texts(item)) if one.level != CONTRADICTED]


def _texts(item: Mapping[str, Any]) -> dict[str, str]:
    return {
        "description": item.get("description") or item.get("declared_as") or "",
        "control_code": item.get("control_code") or "",
        "hs_code": item.get("hs_code") or "",
    }
