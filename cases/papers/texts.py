"""Forms (文书格式): what a paper is called, who signs it, and its text with fields in braces. Rows and files.

A text is written as the office writes it. `{当事人}` is a field; a line that begins with "?" is left out where any of
its fields is unknown; everything else unknown is shown as 【当事人】, to be filled by hand before the issue.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from agencies.kernel.bilingual import pick
from agencies.kernel.reference import read_csv
from cases.controls.citations import cited

DATA = Path(__file__).parent / "data"
DOCUMENTS = Path(__file__).parents[1] / "controls" / "data" / "documents.csv"
FIELD = re.compile(r"\{([^{}]+)\}")
BLANK = re.compile(r"【([^【】]+)】")
OPTIONAL = "?"


@dataclass(frozen=True)
class Form:
    """`mark` is the word of the kind (字) in its number, `series` the ledger the number comes from.

    `signer`: chief | staff. `side` issues it: sender | receiver | agency. `sent`: issue (the other side reads it at
    once) | receipt (with the package, when the receipt is signed) | never (to a party, or to the file).
    `number`: own (from its ledger at issue) | subject (that under which the transfer was approved, the request sent or
    the party decided about).
    """

    code: str
    name_zh: str
    name_en: str
    basis: str
    mark: str
    series: str
    side: str
    signer: str
    sent: str
    table: str
    number: str
    beside: tuple[str, ...]
    text: str

    @property
    def name(self) -> str:
        return pick(self.name_zh, self.name_en)

    @property
    def cited(self) -> str:
        """By which law it is written; nothing where it is the office's own form."""
        return "" if self.basis == "internal" else cited(self.basis)


@dataclass(frozen=True)
class Filled:
    """A text with its fields filled as far as they are known."""

    text: str
    known: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def share(self) -> float:
        """How much of it nobody has to type."""
        return len(self.known) / (len(self.known) + len(self.unknown)) if self.known or self.unknown else 1.0


def fill(text: str, known: Mapping[str, str]) -> Filled:
    lines: list[str] = []
    used: dict[str, bool] = {}
    missing: dict[str, bool] = {}
    for line in text.splitlines():
        names = FIELD.findall(line)
        if line.startswith(OPTIONAL):
            if any(not known.get(name) for name in names):
                continue
            line = line.removeprefix(OPTIONAL)
        for name in names:
            (used if known.get(name) else missing)[name] = True
        lines.append(FIELD.sub(lambda field: known.get(field[1]) or f"【{field[1]}】", line))
    return Filled("\n".join(lines).strip("\n"), tuple(used), tuple(missing))


def blanks(*texts: str) -> list[str]:
    """The fields that are still to be filled by hand."""
    return list(dict.fromkeys(name for text in texts for name in BLANK.findall(text)))


def _read() -> dict[str, Form]:
    documents = {row["code"]: row for row in read_csv(DOCUMENTS)}
    return {row["code"]: _form(row, documents[row["code"]]) for row in read_csv(DATA / "forms.csv")}


def _form(row: dict[str, str], document: dict[str, str]) -> Form:
    return Form(
        **{name: row[name] for name in ("code", "mark", "series", "side", "signer", "sent", "table", "number")},
        name_zh=row["title"] or document["name_zh"],
        name_en=document["name_en"],
        basis=document["legal_basis"],
        beside=tuple(row["beside"].split()),
        text=(DATA / "forms" / f"{row['code']}.txt").read_text(encoding="utf-8"),
    )


FORMS = _read()
# The word of the kind (字) by ledger, for those who take a number before there is a paper.
MARKS = {form.series: form.mark for form in FORMS.values()}
