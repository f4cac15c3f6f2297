"""The control law as rows: goods, their names and parameters, dated rules and their suspensions.

A rulebook is immutable and holds all rows of one version. `shipped` reads those of the product; `store.current` gives
those in use. Confidence is S (text read), K (well known, not read again) or U (uncertain).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path

from agencies.kernel.bilingual import pick
from agencies.kernel.reference import read_csv

from .citations import cited_paragraph

DATA = Path(__file__).parent / "data"
Row = Mapping[str, str]
Tables = Mapping[str, list[dict[str, str]]]

TABLES = (
    *("control_items", "control_names", "control_parameters", "control_rules", "control_suspensions"),
    *("control_groups", "control_military_terms", "instruments"),
)
EVERY = "*"  # the materials of a rule on all items under control
OPERATORS = (">=", ">", "<=", "<", "=")


@dataclass(frozen=True)
class Parameter:
    """A technical limit. `value` is None if the limit is not known here; `stated_by` are words that state it."""

    option: int
    name: str
    operator: str  # one of OPERATORS
    value: Decimal | None
    unit: str
    label_zh: str
    label_en: str
    stated_by: tuple[str, ...]

    @property
    def label(self) -> str:
        return pick(self.label_zh, self.label_en)


@dataclass(frozen=True)
class Name:
    """A name of goods. `kind`:

    - name: the goods themselves, parameters apart; formula: the same as a chemical form, with its capitals
    - states: a name that also states the parameters
    - element: decides only if the description names nothing else; symbol: the same, with its capitals
    - hint: goods that are often, not always, controlled
    """

    item_id: str
    kind: str
    text: str


@dataclass(frozen=True)
class Goods:
    """Goods of the list. HS codes are an indication only. `options` are alternative sets of parameters; the limits of
    one set hold together."""

    item_id: str
    material: str
    family_zh: str
    name_zh: str
    name_en: str
    spec_zh: str
    spec_en: str
    codes: tuple[str, ...]
    hs_codes: tuple[str, ...]
    confidence: str
    options: tuple[tuple[Parameter, ...], ...]

    @property
    def name(self) -> str:
        return pick(self.name_zh, self.name_en)

    @property
    def spec(self) -> str:
        """The parameters that make goods controlled, such as purity or density, in words."""
        return pick(self.spec_zh, self.spec_en)


@dataclass(frozen=True)
class Suspension:
    """Days on which a rule is not applied, both inclusive. `resumed_by` names the instrument that confirms that the
    rule is in force again afterwards."""

    instrument: str
    begins: date
    ends: date | None
    resumed_by: str
    source: Row

    @property
    def cited(self) -> str:
        return cited_paragraph(self.source, "")


@dataclass(frozen=True)
class ControlRule:
    """A dated rule. Without destinations it covers every export; `end_use` limits it to military users and uses.
    `earlier` names an instrument that applied before and whose text is not held here. `source` is the row of its
    instrument.
    """

    code: str
    materials: frozenset[str]
    instrument: str
    paragraph: str
    begins: date | None
    ends: date | None
    destinations: frozenset[str]
    end_use: str  # "" | "military" | "notice"
    consequence: str  # "licence" | "not_licensed" | "barred" | "stricter_review" | "catch_all"
    confidence: str
    earlier: str
    note_zh: str
    note_en: str
    suspensions: tuple[Suspension, ...]
    source: Row

    @property
    def is_listing(self) -> bool:
        """Whether the rule puts goods under control, rather than adding to a control."""
        return bool(self.materials) and EVERY not in self.materials and not self.destinations and not self.end_use

    @property
    def cited(self) -> str:
        return cited_paragraph(self.source, self.paragraph)

    @property
    def note(self) -> str:
        return pick(self.note_zh, self.note_en)


@dataclass(frozen=True)
class Rulebook:
    version: int
    goods: Mapping[str, Goods]
    names: tuple[Name, ...]
    rules: tuple[ControlRule, ...]
    military: tuple[str, ...]
    instruments: Mapping[str, Row]

    @cached_property
    def words(self) -> Mapping[str, list[tuple[str, str, str]]]:
        """First character → (text, kind, item) in plain writing, longest first."""
        return _by_first((plain(n.text), n.kind, n.item_id) for n in self.names if n.kind not in EXACT)

    @cached_property
    def forms(self) -> Mapping[str, list[tuple[str, str, str]]]:
        """Chemical forms and symbols → (text, kind, item), capitals as written."""
        found = defaultdict(list)
        for name in self.names:
            if name.kind in EXACT:
                found[name.text].append((name.text, name.kind, name.item_id))
        return dict(found)

    @cached_property
    def by_hs(self) -> Mapping[str, list[str]]:
        """HS code as in the rows → items."""
        found = defaultdict(list)
        for goods in self.goods.values():
            for code in goods.hs_codes:
                found[code].append(goods.item_id)
        return dict(found)

    @cached_property
    def rules_of(self) -> Mapping[str, tuple[ControlRule, ...]]:
        """Material → its rules, listings first."""
        materials = {goods.material for goods in self.goods.values()}
        listed = sorted(self.rules, key=lambda rule: not rule.is_listing)
        return {one: tuple(r for r in listed if r.materials & {one, EVERY}) for one in materials}

    @cached_property
    def destinations(self) -> frozenset[str]:
        """Every destination that some rule names."""
        return frozenset(code for rule in self.rules for code in rule.destinations)

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        """Every parameter that some rule asks for, by name."""
        every = (one for goods in self.goods.values() for option in goods.options for one in option)
        return {one.name: one for one in every}


EXACT = {"formula", "symbol"}
APART = re.compile(r"[^\w.%]+|_+|(?<!\d)\.|\.(?!\d)")


def plain(text: str) -> str:
    """Text without case, width and punctuation, in words separated by one space."""
    return APART.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


@cache
def shipped() -> Rulebook:
    """The rows that come with the product, as version 0. Read once per process."""
    return build(shipped_tables(), version=0)


def shipped_tables() -> Tables:
    return {name: list(read_csv(DATA / f"{name}.csv")) for name in TABLES}


def build(tables: Tables, *, version: int) -> Rulebook:
    """Raises KeyError or ValueError for a row with a column missing or a value that cannot be read."""
    parameters, suspensions = defaultdict(list), defaultdict(list)
    instruments = {row["code"]: row for row in tables["instruments"]}
    groups = {row["code"]: parts(row["members"]) for row in tables["control_groups"]}
    for row in tables["control_parameters"]:
        parameters[row["item_id"]].append(_parameter(row))
    for row in tables["control_suspensions"]:
        suspensions[row["rule"]].append(_suspension(row, instruments))
    return Rulebook(
        version=version,
        goods={row["item_id"]: _goods(row, parameters[row["item_id"]]) for row in tables["control_items"]},
        names=tuple(Name(row["item_id"], row["kind"], row["name"]) for row in tables["control_names"]),
        rules=tuple(_rule(row, suspensions[row["code"]], instruments, groups) for row in tables["control_rules"]),
        military=tuple(plain(row["term"]) for row in tables["control_military_terms"]),
        instruments=instruments,
    )


def _parameter(row: Row) -> Parameter:
    return Parameter(
        option=int(row["option"]),
        **{name: row[name] for name in ("name", "operator", "unit", "label_zh", "label_en")},
        value=Decimal(row["value"]) if row["value"] else None,
        stated_by=tuple(plain(word) for word in parts(row["stated_by"])),
    )


def _goods(row: Row, parameters: list[Parameter]) -> Goods:
    options = defaultdict(list)
    for one in parameters:
        options[one.option].append(one)
    return Goods(
        item_id=row["item_id"],
        material=row["material"],
        family_zh=row["name_zh"],
        name_zh=row["item_zh"],
        name_en=row["item_en"],
        spec_zh=row["spec_zh"],
        spec_en=row["spec_or_threshold"],
        codes=parts(row["control_code"]),
        hs_codes=parts(row["hs_codes"]),
        confidence=row["confidence"],
        options=tuple(tuple(options[n]) for n in sorted(options)),
    )


def _rule(
    row: Row, suspensions: list[Suspension], instruments: Mapping[str, Row], groups: Mapping[str, tuple[str, ...]]
) -> ControlRule:
    plainly = ("code", "instrument", "paragraph", "end_use", "consequence", "confidence", "earlier", "note_zh")
    return ControlRule(
        **{name: row[name] for name in (*plainly, "note_en")},
        materials=frozenset(parts(row["materials"])),
        destinations=frozenset(code for part in parts(row["destinations"]) for code in groups.get(part, (part,))),
        begins=read_day(row["in_force_from"]),
        ends=read_day(row["in_force_until"]),
        suspensions=tuple(sorted(suspensions, key=lambda one: one.begins)),
        source=instruments[row["instrument"]],
    )


def _suspension(row: Row, instruments: Mapping[str, Row]) -> Suspension:
    return Suspension(
        instrument=row["instrument"],
        begins=date.fromisoformat(row["suspended_from"]),
        ends=read_day(row["suspended_until"]),
        resumed_by=row["resumed_by"],
        source=instruments[row["instrument"]],
    )


def parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def read_day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _by_first(names: Iterable[tuple[str, str, str]]) -> dict[str, list[tuple[str, str, str]]]:
    found = defaultdict(list)
    for name in names:
        found[name[0][0]].append(name)
    return {first: sorted(some, key=lambda one: -len(one[0])) for first, some in found.items()}
