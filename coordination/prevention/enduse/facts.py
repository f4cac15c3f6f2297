"""The facts of which military end use is found (`data/facts.csv`): a statement in both languages, with its articles."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from agencies.kernel.bilingual import pick
from agencies.kernel.reference import read_csv
from cases.controls.citations import cited

FILE = Path(__file__).parent / "data" / "facts.csv"


@dataclass(frozen=True)
class EndUseFact:
    """One fact. `proves`: where it is so, the end user or the end use is military regardless of the other facts.

    `basis` has the form of citations.
    """

    code: str
    proves: bool
    statement_zh: str
    statement_en: str
    basis: str

    @property
    def statement(self) -> str:
        return pick(self.statement_zh, self.statement_en)

    @property
    def cited(self) -> str:
        return cited(self.basis)


@cache
def every_fact() -> Mapping[str, EndUseFact]:
    """All facts by code, in the order of the file. A code is never removed, because findings refer to it."""
    return {row["code"]: _read(row) for row in read_csv(FILE)}


def _read(row: Mapping[str, str]) -> EndUseFact:
    names = ("code", "statement_zh", "statement_en", "basis")
    return EndUseFact(proves=row["proves"] == "yes", **{name: row[name] for name in names})
