"""Verdicts for goods as reports and cases describe them, once for each destination."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from .countries import country_name
from .matching import CONTRADICTED, Match, find
from .rulebook import Rulebook
from .verdicts import HOME, Facts, Verdict, controls, decisive

MOST = 5  # destinations of one item that are read


@dataclass(frozen=True)
class ForDestination:
    """`code` is the country (alpha-3), `destination` its name; both are empty if it is not known."""

    code: str
    destination: str
    verdict: Verdict


def last_stops(routes: Iterable[list[str]]) -> list[str]:
    """The last known destination of each route, each once. A route that ends in China has none."""
    ends = [route[-1] for route in routes if route]
    return [code for code in dict.fromkeys(ends) if code != HOME]


def verdicts_of(item: Mapping[str, Any], destinations: Iterable[str], on: date, book: Rulebook) -> list[ForDestination]:
    """The verdict for each destination (alpha-3), or one without destination if none is known.

    `item` has the fields of the intake contract; the end use is not known in a report. Of many destinations, those
    that a rule names come first.
    """
    facts: Any = _texts(item)
    ends = sorted(destinations, key=lambda code: code not in book.destinations)
    return [
        ForDestination(code, country_name(code) if code else "", controls(Facts(destination=code, **facts), on, book))
        for code in ends[:MOST] or [""]
    ]


def as_recorded(found: Iterable[ForDestination]) -> dict[str, Any]:
    """What the law said when a person determined the goods, for the event: a later change of the rules leaves it."""
    verdicts = list(found)
    return {
        "rules_version": verdicts[0].verdict.version if verdicts else 0,
        "rules_said": [
            {
                "destination": one.code,
                "on": one.verdict.on.isoformat(),
                "verdict": one.verdict.verdict,
                "verify": one.verdict.verify,
                "rules": [rule.rule.code for rule in decisive(one.verdict)],
            }
            for one in verdicts
        ],
    }


def goods_of(item: Mapping[str, Any], book: Rulebook) -> list[Match]:
    """The goods of the list that an item may be on any day, by code, name or HS code."""
    return [one for one in find(book, given={}, **_texts(item)) if one.level != CONTRADICTED]


def _texts(item: Mapping[str, Any]) -> dict[str, str]:
    return {
        "description": item.get("description") or item.get("declared_as") or "",
        "control_code": item.get("control_code") or "",
        "hs_code": item.get("hs_code") or "",
    }
