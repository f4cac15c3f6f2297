"""Forms of papers (文书格式): title, signer, and text with fields in braces.

`{当事人}` is a field. A line that begins with "?" is omitted if one of its fields is unknown. Other unknown fields
become 【当事人】, to be filled by hand before issue.
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
class PaperForm:
    """`mark` is the word (字) in the number, `series` the ledger of the number.

    `signer`: chief | staff | subject (the act on its subject issues it, and nothing else). `side` issues it: sender |
    receiver | agency. `sent`: issue (the other side reads it at once) | receipt (with the package, when the receipt is
    signed) | never (to a party, or to the file).

    `number`: own (from its ledger at issue) | subject (the number of the approved transfer, the sent request or the
    decision). `decided` are the fields that the decision itself fills: they are still blank in the draft that is read
    before it.
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
    decided: tuple[str, ...]
    text: str

    @property
    def name(self) -> str:
        return pick(self.name_zh, self.name_en)

    @property
    def cited(self) -> str:
        """The legal basis of the form; "" for an internal form."""
        return "" if self.basis == "internal" else cited(self.basis)


@dataclass(frozen=True)
class FilledText:
    """A text with its known fields filled."""

    text: str
    known: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def share(self) -> float:
        """The share of fields that were filled automatically, 0 to 1."""
        return len(self.known) / (len(self.known) + len(self.unknown)) if self.known or self.unknown else 1.0


def fill(text: str, known: Mapping[str, str]) -> FilledText:
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
    return FilledText("\n".join(lines).strip("\n"), tuple(used), tuple(missing))


def fill_blanks(text: str, known: Mapping[str, str]) -> str:
    """The text with those blanks filled that are known by now."""
    return BLANK.sub(lambda blank: known.get(blank[1]) or blank[0], text)


def blanks(*texts: str) -> list[str]:
    """Names of the fields that are still to be filled by hand."""
    return list(dict.fromkeys(name for text in texts for name in BLANK.findall(text)))


def _read() -> dict[str, PaperForm]:
    documents = {row["code"]: row for row in read_csv(DOCUMENTS)}
    return {row["code"]: _form(row, documents[row["code"]]) for row in read_csv(DATA / "forms.csv")}


def _form(row: dict[str, str], document: dict[str, str]) -> PaperForm:
    return PaperForm(
        **{name: row[name] for name in ("code", "mark", "series", "side", "signer", "sent", "table", "number")},
        name_zh=row["title"] or document["name_zh"],
        name_en=document["name_en"],
        basis=document["legal_basis"],
        beside=tuple(row["beside"].split()),
        decided=tuple(row["decided"].split()),
        text=(DATA / "forms" / f"{row['code']}.txt").read_text(encoding="utf-8"),
    )


FORMS = _read()
# The word (字) by ledger, for numbers taken before there is a paper.
MARKS = {form.series: form.mark for form in FORMS.values()}
