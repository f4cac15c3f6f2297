"""Which rule decides: one pure function, for what arrives and for a dry run alike.

Facts are what is known of a thing, JSON-safe, so that they can be kept beside the decision they led to. A fact that is
unknown is None, and an unknown fact meets no condition: not knowing is neither "below" nor "another one".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

Facts = Mapping[str, Any]

# The columns of a rule that ask for one of several codes, each with the fact it is held against.
AMONG = {
    "kinds": "kind",
    "violation_types": "violation_types",
    "materials": "materials",
    "districts": "districts",
    "destinations": "destinations",
    "severities": "severity",
}
# From (inclusive) and below (exclusive), each with its sum; `<sum>_complete` says whether every part of it is known.
FROM = {"value_from": "value_cny", "weight_from": "weight_kg"}
BELOW = {"value_below": "value_cny", "weight_below": "weight_kg"}
CONDITIONS = (*AMONG, "value_from", "value_below", "weight_from", "weight_below")


class Rule(Protocol):
    """What matching asks of a rule: the columns named in CONDITIONS and these."""

    tier: int
    position: int
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class Condition:
    """One condition of a rule beside the value that was found; `had` is None where that is unknown."""

    name: str
    wanted: Any
    had: Any
    met: bool


def decide(rules: Iterable[Any], facts: Facts, day: date) -> Any:
    """The rule that decides on that day, or None: the first tier in which one fits, there the first by its number."""
    for rule in sorted(rules, key=lambda rule: (rule.tier, rule.position)):
        if holds_on(rule, day) and all(one.met for one in conditions(rule, facts)):
            return rule
    return None


def holds_on(rule: Rule, day: date) -> bool:
    """Both days included; an empty one is open."""
    return (rule.starts_on is None or rule.starts_on <= day) and (rule.ends_on is None or day <= rule.ends_on)


def conditions(rule: Any, facts: Facts) -> list[Condition]:
    """Those that the rule makes; one left empty means any, and is not listed."""
    found = [_among(rule, name, facts.get(fact)) for name, fact in AMONG.items() if getattr(rule, name)]
    for name, fact in (FROM | BELOW).items():
        if getattr(rule, name) is not None:
            found.append(_amount(name, getattr(rule, name), facts, fact))
    return found


def _among(rule: Any, name: str, had: Any) -> Condition:
    wanted = list(getattr(rule, name))
    values = [] if had is None else [had] if isinstance(had, str) else list(had)
    return Condition(name, wanted, had, met=bool(set(wanted) & set(values)))


def _amount(name: str, wanted: Decimal, facts: Facts, fact: str) -> Condition:
    """A known part may already reach the line; to be below it, every part must be known."""
    total, complete = facts.get(fact), bool(facts.get(f"{fact}_complete"))
    if total is None:
        return Condition(name, wanted, None, met=False)
    known = Decimal(total)
    met = known >= wanted if name in FROM else complete and known < wanted
    return Condition(name, wanted, total if complete or met else None, met=met)
