"""Decides which rule applies: a pure function for arrivals and the dry run.

Facts are JSON-safe, so that they can be stored with the decision. An unknown fact is None and meets no condition:
unknown means neither "below" nor "other".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from cases.controls.verdicts import RANK

ItemFacts = Mapping[str, Any]

# Columns that ask for one of several codes, each with its fact.
AMONG = {
    "kinds": "kind",
    "violation_types": "violation_types",
    "materials": "materials",
    "districts": "districts",
    "destinations": "destinations",
    "severities": "severity",
    "verdicts": "verdict",
}
# From (inclusive) and below (exclusive), each with its sum; `<sum>_complete` says whether every part is known.
FROM = {"value_from": "value_cny", "weight_from": "weight_kg"}
BELOW = {"value_below": "value_cny", "weight_below": "weight_kg"}
STRICT = "verdict_from"  # asks for this verdict of the control law or a stricter one
CONDITIONS = (*AMONG, STRICT, "value_from", "value_below", "weight_from", "weight_below")


class Rule(Protocol):
    """The attributes of a rule that matching needs, besides the columns in CONDITIONS."""

    tier: int
    position: int
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class Condition:
    """A condition beside the value found; `had` is None if unknown."""

    name: str
    wanted: Any
    had: Any
    met: bool


def decide(rules: Iterable[Any], facts: ItemFacts, day: date) -> Any:
    """The rule that applies on that day, or None: the first match by tier, then by number."""
    for rule in sorted(rules, key=lambda rule: (rule.tier, rule.position)):
        if holds_on(rule, day) and all(one.met for one in conditions(rule, facts)):
            return rule
    return None


def holds_on(rule: Rule, day: date) -> bool:
    """Whether the rule is in force; both days are included, an empty one is open."""
    return (rule.starts_on is None or rule.starts_on <= day) and (rule.ends_on is None or day <= rule.ends_on)


def conditions(rule: Any, facts: ItemFacts) -> list[Condition]:
    """Conditions of the rule. Empty ones mean any and are left out."""
    found = [_among(rule, name, facts.get(fact)) for name, fact in AMONG.items() if getattr(rule, name)]
    if wanted := getattr(rule, STRICT):
        had = facts.get("verdict")
        found.append(Condition(STRICT, wanted, had, met=RANK.get(had or "", len(RANK)) <= RANK[wanted]))
    for name, fact in (FROM | BELOW).items():
        if getattr(rule, name) is not None:
            found.append(_amount(name, getattr(rule, name), facts, fact))
    return found


def _among(rule: Any, name: str, had: Any) -> Condition:
    wanted = list(getattr(rule, name))
    values = [] if had is None else [had] if isinstance(had, str) else list(had)
    return Condition(name, wanted, had, met=bool(set(wanted) & set(values)))


def _amount(name: str, wanted: Decimal, facts: ItemFacts, fact: str) -> Condition:
    """For `from`, known parts may suffice; for `below`, every part must be known."""
    total, complete = facts.get(fact), bool(facts.get(f"{fact}_complete"))
    if total is None:
        return Condition(name, wanted, None, met=False)
    known = Decimal(total)
    met = known >= wanted if name in FROM else complete and known < wanted
    return Condition(name, wanted, total if complete or met else None, met=met)
