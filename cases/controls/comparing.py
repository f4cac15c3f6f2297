"""What another version of the rows changes: for the dated examples, and for goods of cases and leads."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.conf import settings

from agencies.kernel.reference import read_csv

from .destinations import ReportedMatter, facts_of, verdicts_of
from .parties import ListHit
from .rulebook import Rulebook, TableRow
from .terms import CheckFacts
from .verdicts import Verdict, controls, decisive

EXAMPLES = settings.BASE_DIR / "docs" / "control-verdicts.csv"


@dataclass(frozen=True)
class VerdictDifference:
    """A verdict before and after. `destination` is an alpha-3 code, or "" if none is known."""

    on: date
    destination: str
    was: Verdict
    now: Verdict

    def as_json(self) -> dict[str, Any]:
        return {
            "on": self.on.isoformat(),
            "destination": self.destination,
            "was": in_short(self.was),
            "now": in_short(self.now),
        }


def in_short(verdict: Verdict) -> dict[str, Any]:
    """The verdict with the rules that lead to it, as JSON."""
    return {
        "verdict": verdict.verdict,
        "verify": verdict.verify,
        "could_become": [one.verdict for one in verdict.could_become],
        "rules": [one.rule.code for one in decisive(verdict)],
    }


@cache
def examples() -> tuple[TableRow, ...]:
    """The dated examples of the documentation; none if it is not installed."""
    return tuple(read_csv(EXAMPLES)) if EXAMPLES.exists() else ()


def facts_of_example(row: TableRow) -> CheckFacts:
    pairs = (pair.split("=") for pair in row["parameters"].split(";") if pair)
    share = Decimal(row["owner_share"]) if row["owner_share"] else None
    given = {name: Decimal(value) for name, value in pairs}
    facts = facts_of({**row, "intermediate": row["intermediate"].split(), "owner_share": share, "parameters": given})
    return replace(facts, hits=tuple(_hit(part) for part in row["listed"].split(";") if part))


def _hit(text: str) -> ListHit:
    """An entry that names a party, such as control:owner, or watch:end_user:near where the names are similar."""
    watch_list, role, *near = text.split(":")
    return ListHit("", watch_list, "", "", role, is_near=bool(near))


def changed_examples(old: Rulebook, new: Rulebook) -> list[tuple[TableRow, VerdictDifference]]:
    found = []
    for row in examples():
        facts, on = facts_of_example(row), date.fromisoformat(row["on"])
        was, now = (controls(facts, on, book) for book in (old, new))
        if in_short(was) != in_short(now):
            found.append((row, VerdictDifference(on, facts.destination, was, now)))
    return found


def changed_verdicts(
    item: Mapping[str, Any], matter: ReportedMatter, on: date, old: Rulebook, new: Rulebook
) -> list[VerdictDifference]:
    """The verdicts on goods of a case or a report that the new rows change, by destination."""
    pairs = zip(verdicts_of(item, matter, on, old), verdicts_of(item, matter, on, new), strict=True)
    return [
        VerdictDifference(on, was.code, was.verdict, now.verdict)
        for was, now in pairs
        if in_short(was.verdict) != in_short(now.verdict)
    ]
