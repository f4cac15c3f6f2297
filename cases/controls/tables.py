"""The tables of the control law as files: their columns, and what a file changes.

A file holds rows to add or to change. Rows and columns that it does not contain stay as they are; an empty cell is
empty.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy, pgettext_lazy

from agencies.kernel.texts import Text

from .rulebook import FAMILIES, OPERATORS, TableRow, Tables
from .terms import MODES
from .verdicts import CONSEQUENCES

REMOVE = "remove"
TERMS = ("name", "branch", "not", "company")
UNITS = ("", "%", "mm", "um", "MPa", "GPa", "g/cm3", "1/cm2", "kW", "MHz", "N", "m/s", "Wh/kg", "mAh/g", "0/1")
Cells = dict[str, str]


@dataclass(frozen=True)
class Column:
    """`kind` is text, code, name, day, number, count, choice, choices and parts (both separated by ";"), content, or
    what it refers to."""

    name: str
    label: Text
    kind: str = "text"
    needed: bool = False
    choices: tuple[str, ...] = ()
    most: int = 300


@dataclass(frozen=True)
class Table:
    """`key` identifies a row. `ends` is the column with the last day; rows without one can be removed."""

    name: str
    label: Text
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    ends: str = ""
    is_removable: bool = False

    def key_of(self, row: TableRow) -> tuple[str, ...]:
        return tuple(row[name] for name in self.key)

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]


CONFIDENCE = Column("confidence", gettext_lazy("Confidence"), "choice", needed=True, choices=("S", "K", "U"))
NOTES = (
    Column("note_zh", gettext_lazy("Note in Chinese")),
    Column("note_en", gettext_lazy("Note in English")),
)
ITEM = Column("item_id", gettext_lazy("Controlled goods"), "item", needed=True)
LANGUAGE = Column("language", gettext_lazy("Language"), "choice", choices=("", "zh", "en"))
INSTRUMENTS = Table(
    "instruments",
    gettext_lazy("Instruments"),
    (
        Column("code", gettext_lazy("Code"), "code", needed=True),
        Column("name_zh", gettext_lazy("Name in Chinese"), needed=True),
        Column("name_en", gettext_lazy("Name in English"), needed=True),
        Column("number", gettext_lazy("Number")),
        Column("issuer", gettext_lazy("Issuer"), needed=True),
        Column("issued", gettext_lazy("Issued"), "month", needed=True),
        Column("in_force", gettext_lazy("In force from"), "month"),
        Column("in_force_note", gettext_lazy("Note on the entry into force")),
        Column("status", gettext_lazy("Status")),
        Column("status_note", gettext_lazy("Note on the status")),
        Column("relevance", gettext_lazy("Relevance")),
        Column("confidence", gettext_lazy("Confidence"), needed=True),
    ),
    ("code",),
)
ITEMS = Table(
    "control_items",
    gettext_lazy("Controlled goods"),
    (
        Column("item_id", gettext_lazy("Controlled goods"), "code", needed=True),
        Column("material", gettext_lazy("Family"), "name", needed=True),
        Column("symbol", gettext_lazy("Symbol")),
        Column("name_zh", gettext_lazy("Family in Chinese"), needed=True),
        Column("item_zh", gettext_lazy("Name in Chinese"), needed=True),
        Column("item_en", gettext_lazy("Name in English"), needed=True),
        Column("control_code", gettext_lazy("Control code"), "parts"),
        Column("hs_codes", gettext_lazy("HS codes"), "hs"),
        Column("hs_source", gettext_lazy("Form of the HS codes")),
        Column("nature", gettext_lazy("Nature"), "choice", choices=("", "goods", "technology")),
        Column("spec_or_threshold", gettext_lazy("Limits in English")),
        Column("spec_zh", gettext_lazy("Limits in Chinese")),
        Column("source_instrument", gettext_lazy("First instrument in words")),
        Column("instrument_code", gettext_lazy("First instrument"), "instrument", needed=True),
        Column("current_basis", gettext_lazy("Present basis in words")),
        Column("basis_code", gettext_lazy("Present basis"), "instrument", needed=True),
        Column("notes", pgettext_lazy("of a row", "Notes")),
        CONFIDENCE,
    ),
    ("item_id",),
)
NAMES = Table(
    "control_names",
    gettext_lazy("Names of goods"),
    (
        ITEM,
        LANGUAGE,
        Column(
            "kind",
            gettext_lazy("Kind of name"),
            "choice",
            needed=True,
            choices=("name", "formula", "states", "element", "symbol", "hint"),
        ),
        Column("name", gettext_lazy("Name"), needed=True, most=100),
    ),
    ("item_id", "kind", "name"),
    is_removable=True,
)
PARAMETERS = Table(
    "control_parameters",
    gettext_lazy("Technical limits"),
    (
        ITEM,
        Column("option", gettext_lazy("Option"), "count", needed=True),
        Column("name", gettext_lazy("Parameter"), "name", needed=True),
        Column("operator", gettext_lazy("Operator"), "choice", needed=True, choices=OPERATORS),
        Column("value", gettext_lazy("Value"), "number"),
        Column("unit", gettext_lazy("Unit of measure"), "choice", choices=UNITS),
        Column("label_zh", gettext_lazy("Name in Chinese"), needed=True),
        Column("label_en", gettext_lazy("Name in English"), needed=True),
        Column("stated_by", gettext_lazy("Words that state it")),
    ),
    ("item_id", "option", "name", "operator"),
    is_removable=True,
)
RULES = Table(
    "control_rules",
    pgettext_lazy("control law", "Rules"),
    (
        Column("code", gettext_lazy("Code"), "code", needed=True),
        Column("family", gettext_lazy("Family of law"), "choice", choices=FAMILIES),
        Column("materials", gettext_lazy("Families of goods, or single goods"), "materials"),
        Column("instrument", gettext_lazy("Instrument"), "instrument", needed=True),
        Column("article", gettext_lazy("Articles, as in ECL art.18")),
        Column("paragraph", gettext_lazy("Item of the instrument"), "count"),
        Column("in_force_from", gettext_lazy("First day"), "day", needed=True),
        Column("in_force_until", gettext_lazy("Last day"), "day"),
        Column("destinations", gettext_lazy("Destinations"), "destinations"),
        Column("users", gettext_lazy("Users"), "choices", choices=("military", "control", "watch", "unreliable")),
        Column("end_use", gettext_lazy("End use"), "choices", choices=("military", "capability", "wmd", "notice")),
        Column("modes", gettext_lazy("Ways of export"), "choices", choices=MODES),
        Column("origin", pgettext_lazy("of goods", "Origin"), "choice", choices=("", "domestic", "foreign")),
        Column("content", gettext_lazy("Chinese content or technology"), "content"),
        Column("owned_share", gettext_lazy("Share from which a user counts as listed (%)"), "number"),
        Column("consequence", gettext_lazy("Consequence"), "choice", needed=True, choices=CONSEQUENCES),
        CONFIDENCE,
        Column("earlier", gettext_lazy("Earlier instrument, not held here")),
        *NOTES,
    ),
    ("code",),
    ends="in_force_until",
)
SUSPENSIONS = Table(
    "control_suspensions",
    gettext_lazy("Suspensions"),
    (
        Column("rule", gettext_lazy("Rule"), "rule", needed=True),
        Column("instrument", gettext_lazy("Instrument"), "instrument", needed=True),
        Column("suspended_from", gettext_lazy("Suspended from"), "day", needed=True),
        Column("suspended_until", gettext_lazy("Last day of the suspension"), "day"),
        Column("resumed_by", gettext_lazy("Instrument that confirms that the rule applies again"), "instrument"),
        CONFIDENCE,
    ),
    ("rule", "suspended_from"),
    ends="suspended_until",
)
MILITARY = Table(
    "control_military_terms",
    gettext_lazy("Military users"),
    (
        LANGUAGE,
        Column("term", gettext_lazy("Word in the name of a user"), needed=True, most=100),
        Column("kind", gettext_lazy("Kind of word"), "choice", choices=TERMS),
        Column("country", gettext_lazy("Country of the forces"), "countries"),
        Column("in_force_from", gettext_lazy("First day"), "day"),
        Column("in_force_until", gettext_lazy("Last day"), "day"),
    ),
    ("term",),
    is_removable=True,
)
GROUPS = Table(
    "control_groups",
    gettext_lazy("Groups of countries"),
    (
        Column("code", gettext_lazy("Code"), "code", needed=True),
        Column("name_zh", gettext_lazy("Name in Chinese"), needed=True),
        Column("name_en", gettext_lazy("Name in English"), needed=True),
        Column("instrument", gettext_lazy("Instrument"), "instrument", needed=True),
        Column("members", gettext_lazy("Countries"), "countries", needed=True, most=2000),
    ),
    ("code",),
)
TABLES = {one.name: one for one in (RULES, SUSPENSIONS, ITEMS, NAMES, PARAMETERS, GROUPS, MILITARY, INSTRUMENTS)}


@dataclass(frozen=True)
class RowChange:
    """One row: `kind` is added, changed or ended; `lines` are label, text before and text after."""

    table: Table
    key: str
    kind: str
    lines: list[tuple[Text, str, str]] = field(default_factory=list)


def differences(proposed: Mapping[str, list[Cells]], tables: Tables) -> list[RowChange]:
    """The difference between these rows and those in force."""
    return [
        change
        for name, rows in proposed.items()
        for row in rows
        if (change := _change(TABLES[name], row, tables[name])) is not None
    ]


def changed_rows(rows: Iterable[Cells], table: Table, tables: Tables) -> list[Cells]:
    """The rows that change something."""
    return [row for row in rows if _change(table, row, tables[table.name]) is not None]


def _change(table: Table, row: Cells, held: Iterable[TableRow]) -> RowChange | None:
    old = next((one for one in held if table.key_of(one) == table.key_of(row)), None)
    key = " · ".join(part for part in table.key_of(row) if part)
    if row.get(REMOVE):
        lines = [(c.label, old[c.name], "") for c in table.columns if old[c.name]] if old else []
        return RowChange(table, key, "ended", lines) if old else None
    before = {**dict.fromkeys(table.header, ""), **(old or {})}
    lines = [(c.label, before[c.name], row[c.name]) for c in table.columns if before[c.name] != row[c.name]]
    if old is None:
        return RowChange(table, key, "added", lines)
    is_ended = bool(table.ends and not before[table.ends] and row[table.ends])
    return RowChange(table, key, "ended" if is_ended else "changed", lines) if lines else None
