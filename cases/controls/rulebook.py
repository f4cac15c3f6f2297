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
from typing import Any

from agencies.kernel.bilingual import pick
from agencies.kernel.reference import read_csv

from .citations import cited, cited_paragraph

DATA = Path(__file__).parent / "data"
TableRow = Mapping[str, str]
Tables = Mapping[str, list[dict[str, str]]]

TABLES = (
    *("control_items", "control_names", "control_parameters", "control_rules", "control_suspensions"),
    *("control_groups", "control_military_terms", "instruments"),
)
EVERY = "*"  # the materials of a rule on all dual-use items under control
OPERATORS = (">=", ">", "<=", "<", "=")
FAMILIES = (
    *("dual_use", "temporary", "prohibition", "listed", "foreign_made", "licence_catalogue", "technology_catalogue"),
    "catch_all",
)
"""The kinds of control law, each of which answers for itself."""
CATALOGUES = ("licence_catalogue", "technology_catalogue")
LISTINGS = ("dual_use", "temporary")
"""The families that put items under control as dual-use items."""


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
class GoodsName:
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
class ListedGoods:
    """Goods of the list. HS codes are an indication only. `options` are alternative sets of parameters; the limits of
    one set hold together."""

    item_id: str
    material: str
    family_zh: str
    name_zh: str
    name_en: str
    spec_zh: str
    spec_en: str
    nature: str  # "goods" | "technology" | "" for either
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
    source: TableRow

    @property
    def cited(self) -> str:
        return cited_paragraph(self.source, "")


@dataclass(frozen=True)
class ControlRule:
    """A dated rule of a family. `materials` are families of goods, single goods, or EVERY.

    Terms that are empty are always met. `destinations` are the countries of the export, and the nationalities of
    `users` and of those who put the goods to `end_use`. A rule with users and uses applies if one of them is met.
    `owned_share` is the share from which a user counts as listed with its owner. `earlier` names an instrument that
    applied before and whose text is not held here. `source` is the row of its instrument.
    """

    code: str
    family: str  # one of FAMILIES
    materials: frozenset[str]
    instrument: str
    article: str
    paragraph: str
    begins: date | None
    ends: date | None
    destinations: frozenset[str]
    users: frozenset[str]  # "military" | "control" | "watch" | "unreliable", the latter three by list
    end_use: frozenset[str]  # "military" | "capability" | "wmd" | "notice"
    modes: frozenset[str]  # "export" | "transit" | "reexport" | "release"
    origin: str  # "" | "domestic" | "foreign"
    content: Parameter | None
    owned_share: Decimal | None
    consequence: str  # "licence" | "not_licensed" | "barred" | "stricter_review" | "catch_all"
    confidence: str
    earlier: str
    note_zh: str
    note_en: str
    suspensions: tuple[Suspension, ...]
    source: TableRow

    @cached_property
    def is_basic(self) -> bool:
        """Whether the rule concerns goods as such, for every user and country."""
        limits = (self.destinations, self.users, self.end_use)
        return bool(self.materials) and EVERY not in self.materials and not any(limits)

    @cached_property
    def is_listing(self) -> bool:
        """Whether the rule puts goods under control as dual-use items, rather than adding to a control."""
        return self.is_basic and self.family in LISTINGS

    @property
    def cited(self) -> str:
        return cited(self.article) if self.article else cited_paragraph(self.source, self.paragraph)

    @property
    def note(self) -> str:
        return pick(self.note_zh, self.note_en)


@dataclass(frozen=True)
class MilitaryTerm:
    """Words in the name of a user. `kind`:

    - name: says that the user is military, of `country` where it is given
    - branch: the same where it is the whole name, or the name of a country stands before it; elsewhere it is a question
    - not: harmless words that contain another term
    - company: a form of a company, beside which another term is only a question
    """

    text: str
    kind: str
    country: str
    begins: date | None
    ends: date | None


@dataclass(frozen=True)
class Rulebook:
    version: int
    goods: Mapping[str, ListedGoods]
    names: tuple[GoodsName, ...]
    rules: tuple[ControlRule, ...]
    military: tuple[MilitaryTerm, ...]
    instruments: Mapping[str, TableRow]

    @cached_property
    def kept(self) -> dict[Any, Any]:
        """What names of users were read to say, for as long as this rulebook is in use."""
        return {}

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
        """Item → its rules, listings first."""
        listed = sorted(self.rules, key=lambda rule: not rule.is_listing)
        return {
            one.item_id: tuple(rule for rule in listed if rule.materials & {one.item_id, one.material, EVERY})
            for one in self.goods.values()
        }

    @cached_property
    def destinations(self) -> frozenset[str]:
        """Every destination that some rule names."""
        return frozenset(code for rule in self.rules for code in rule.destinations)

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        """Every parameter that some rule asks for, by name."""
        every = (one for goods in self.goods.values() for option in goods.options for one in option)
        of_rules = (rule.content for rule in self.rules if rule.content)
        return {one.name: one for one in (*every, *of_rules)}

    def asked_of(self, goods: Iterable[ListedGoods]) -> list[Parameter]:
        """The parameters that decide on these goods, each once."""
        listed = list(goods)
        own = (one for some in listed for option in some.options for one in option)
        of_rules = (rule.content for some in listed for rule in self.rules_of[some.item_id] if rule.content)
        return list({one.name: one for one in (*own, *of_rules)}.values())


EXACT = {"formula", "symbol"}
APART = re.compile(r"[^\w.%]+|_+|(?<!\d)\.|\.(?!\d)")


def plain(text: str) -> str:
    """Text without case, width and punctuation, in words separated by one space."""
    return " ".join(APART.sub(" ", unicodedata.normalize("NFKC", text).casefold()).split())


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
    codes = {row["code"] for row in tables["control_rules"]}
    for row in tables["control_parameters"]:
        parameters[row["item_id"]].append(_parameter(row))
    for row in tables["control_suspensions"]:
        suspension = Suspension(
            instrument=row["instrument"],
            begins=date.fromisoformat(row["suspended_from"]),
            ends=read_day(row["suspended_until"]),
            resumed_by=row["resumed_by"],
            source=instruments[row["instrument"]],
        )
        suspensions[row["rule"]].append(suspension)
    return Rulebook(
        version=version,
        goods={row["item_id"]: _goods(row, parameters[row["item_id"]]) for row in tables["control_items"]},
        names=tuple(GoodsName(row["item_id"], row["kind"], row["name"]) for row in tables["control_names"]),
        rules=tuple(_rule(row, _of(row, suspensions, codes), instruments, groups) for row in tables["control_rules"]),
        military=tuple(map(_term, tables["control_military_terms"])),
        instruments=instruments,
    )


def _of(row: TableRow, suspensions: Mapping[str, list[Suspension]], codes: set[str]) -> list[Suspension]:
    """Those of the rule, and those of its instrument where no rule has that code: a rule of an earlier version may have
    become several."""
    whole = row["instrument"] if row["instrument"] not in codes else ""
    return [*suspensions.get(row["code"], []), *suspensions.get(whole, [])]


def _parameter(row: TableRow) -> Parameter:
    return Parameter(
        option=int(row["option"]),
        **{name: row[name] for name in ("name", "operator", "unit", "label_zh", "label_en")},
        value=Decimal(row["value"]) if row["value"] else None,
        stated_by=tuple(plain(word) for word in parts(row["stated_by"])),
    )


def _goods(row: TableRow, parameters: list[Parameter]) -> ListedGoods:
    options = defaultdict(list)
    for one in parameters:
        options[one.option].append(one)
    return ListedGoods(
        item_id=row["item_id"],
        material=row["material"],
        family_zh=row["name_zh"],
        name_zh=row["item_zh"],
        name_en=row["item_en"],
        spec_zh=row["spec_zh"],
        spec_en=row["spec_or_threshold"],
        nature=row.get("nature", ""),
        codes=parts(row["control_code"]),
        hs_codes=parts(row["hs_codes"]),
        confidence=row["confidence"],
        options=tuple(tuple(options[n]) for n in sorted(options)),
    )


CONTENT = re.compile(r"([a-z][a-z0-9_]*)(>=|>|<=|<|=)([0-9.]+)")
CONTENT_LABELS = {
    "value_share_percent": ("中国成分的价值占比", "Value share of Chinese content", "%"),
    "chinese_technology": (
        "使用原产于中国的技术（1是，0否）",
        "Made with technology of Chinese origin (1 yes, 0 no)",
        "0/1",
    ),
}


def read_content(text: str) -> Parameter | None:
    """What a rule asks of the content of goods, such as value_share_percent>=0.1. Raises ValueError."""
    if not text:
        return None
    found = CONTENT.fullmatch(text)
    if found is None or found[1] not in CONTENT_LABELS:
        raise ValueError(text)
    label_zh, label_en, unit = CONTENT_LABELS[found[1]]
    return Parameter(0, found[1], found[2], Decimal(found[3]), unit, label_zh, label_en, ())


def _rule(
    row: TableRow,
    suspensions: list[Suspension],
    instruments: Mapping[str, TableRow],
    groups: Mapping[str, tuple[str, ...]],
) -> ControlRule:
    row = row if row.get("family") else _of_earlier_version(row)
    names = ("code", "family", "instrument", "article", "paragraph", "origin", "consequence", "confidence", "earlier")
    plainly: Any = {name: row[name] for name in (*names, "note_zh", "note_en")}
    several: Any = {name: frozenset(parts(row[name])) for name in ("materials", "users", "end_use", "modes")}
    return ControlRule(
        **plainly,
        **several,
        destinations=frozenset(code for part in parts(row["destinations"]) for code in groups.get(part, (part,))),
        begins=read_day(row["in_force_from"]),
        ends=read_day(row["in_force_until"]),
        content=read_content(row["content"]),
        owned_share=Decimal(row["owned_share"]) if row["owned_share"] else None,
        suspensions=tuple(sorted(suspensions, key=lambda one: one.begins)),
        source=instruments[row["instrument"]],
    )


def _of_earlier_version(row: TableRow) -> TableRow:
    """A row of a version that had neither families of law nor users: what was limited to military uses was limited to
    military users too."""
    is_bar = bool(row["destinations"] or row["end_use"])
    family = "catch_all" if row["consequence"] == "catch_all" else "prohibition" if is_bar else "dual_use"
    since = dict.fromkeys(("article", "modes", "origin", "content", "owned_share"), "")
    users = "military" if row["end_use"] == "military" else ""
    return {**since, **row, "family": family, "users": users}


def _term(row: TableRow) -> MilitaryTerm:
    """A row of an earlier version has neither kind nor country."""
    begins, ends = (read_day(row.get(name, "")) for name in ("in_force_from", "in_force_until"))
    return MilitaryTerm(plain(row["term"]), row.get("kind") or "name", row.get("country", ""), begins, ends)


def parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def read_day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _by_first(names: Iterable[tuple[str, str, str]]) -> dict[str, list[tuple[str, str, str]]]:
    found = defaultdict(list)
    for name in names:
        found[name[0][0]].append(name)
    return {first: sorted(some, key=lambda one: -len(one[0])) for first, some in found.items()}
