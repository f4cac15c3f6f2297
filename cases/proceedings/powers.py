"""What a statute gives: powers by line of proceedings, kinds of penalty, grounds of leniency.

They are rows of `data/`, each with its source and the days from and until which it is in force.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from agencies.kernel import times
from agencies.kernel.bilingual import pick
from agencies.kernel.reference import read_csv
from cases.controls.citations import cited

DATA = Path(__file__).parent / "data"
PENALTY, PROPERTY = "penalty", "property"


@dataclass(frozen=True)
class DatedRow:
    """A row and the days of its rule."""

    row: dict[str, str]
    since: date
    until: date | None

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@cache
def _rows(name: str) -> tuple[DatedRow, ...]:
    def until(text: str) -> date | None:
        return date.fromisoformat(text) if text else None

    found = read_csv(DATA / f"{name}.csv")
    return tuple(DatedRow(row, date.fromisoformat(row["effective_from"]), until(row["effective_to"])) for row in found)


def rows_on(name: str, day: date | None = None) -> Iterator[dict[str, str]]:
    """The rows of a table that are in force on a day, by default today."""
    today = day or times.today()
    return (one.row for one in _rows(name) if one.holds_on(today))


# Powers --------------------------------------------------------------------------------------------------------------
def is_given(line: str, group: str, measure: str) -> bool:
    """Whether a statute gives the measure in this line of proceedings."""
    return any(row["given"] == "1" for row in _powers(line) if row["measure"] == f"{group}:{measure}")


def refusal(line: str, group: str, labels: dict[Any, Any]) -> str:
    """Which measures no statute gives in this line, each with the article that says who may order it."""
    refused = [row for row in _powers(line) if row["given"] == "0" and row["measure"].startswith(f"{group}:")]
    named = [f"{labels[row['measure'].partition(':')[2]]} ({cited(row['legal_basis'])})" for row in refused]
    return _("No statute gives this here. Not given: %(measures)s.") % {"measures": "; ".join(named) or "–"}


def _powers(line: str) -> Iterator[dict[str, str]]:
    return (row for row in rows_on("powers") if row["line"] == line)


# Kinds of penalty ----------------------------------------------------------------------------------------------------
def kinds_where(column: str, value: str = "1") -> frozenset[str]:
    """The kinds of penalty that need a hearing (`hearing`), or legal review and collective discussion (`grave`)."""
    return frozenset(row["code"] for row in rows_on("sanctions") if row[column] == value)


# Grounds -------------------------------------------------------------------------------------------------------------
def grounds(result: str = "") -> list[tuple[str, str]]:
    """Grounds of a mitigated penalty (`mitigated`) or of no penalty (`no_penalty`) with their articles; or all."""
    found = (row for row in rows_on("grounds") if not result or result in row["result"].split())
    return [(row["code"], ground_label(row["code"])) for row in found]


def ground_label(code: str) -> str:
    row = _ground(code)
    name = pick(row["name_zh"], row["name_en"])
    return f"{cited(row['legal_basis'])}{pick('：', ': ')}{name}" if row["legal_basis"] else name


def ground_basis(code: str) -> str:
    return _ground(code)["legal_basis"] if code else ""


def ground_results(code: str) -> list[str]:
    return _ground(code)["result"].split() if code else []


def _ground(code: str) -> dict[str, str]:
    """The row of a recorded ground, also if it is no longer in force."""
    return next(one.row for one in _rows("grounds") if one.row["code"] == code)
