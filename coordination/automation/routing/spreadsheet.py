"""Rules as a table: reading and writing CSV, comparing rows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from agencies.kernel.actor import SYSTEM
from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.tables import csv_file
from agencies.kernel.text_files import Lines, parse_day, read_table
from cases.controls.countries import read_route

from . import choices
from .models import Mode, RoutingRule, RuleSet

MOST_ROWS = 500
MOST_TIER, MOST_POSITION = 9, 9999
MOST_NOTE = 200
DIGITS, PLACES = 14, 4

Codes = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RuleRow:
    """A rule by its codes. Equal rows are the same rule."""

    tier: int
    position: int
    unit: str
    mode: str = Mode.CLAIM.value
    priority: str = "normal"
    officers: Codes = ()
    kinds: Codes = ()
    violation_types: Codes = ()
    materials: Codes = ()
    districts: Codes = ()
    destinations: Codes = ()
    severities: Codes = ()
    verdicts: Codes = ()
    verdict_from: str = ""
    value_from: Decimal | None = None
    value_below: Decimal | None = None
    weight_from: Decimal | None = None
    weight_below: Decimal | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    note: str = ""

    @property
    def place(self) -> tuple[int, int]:
        return (self.tier, self.position)


COLUMNS = tuple(one.name for one in fields(RuleRow))
NEEDED = ("tier", "position", "unit")
LISTS = ("officers", "kinds", "violation_types", "materials", "districts", "destinations", "severities", "verdicts")
PLAIN = ("tier", "position", "mode", "verdict_from", "note")
AMOUNTS = ("value_from", "value_below", "weight_from", "weight_below")
DAYS = ("starts_on", "ends_on")


def row_of(rule: RoutingRule) -> RuleRow:
    data: dict[str, Any] = {name: getattr(rule, name) for name in (*AMOUNTS, *DAYS, *PLAIN)}
    listed: dict[str, Any] = {name: tuple(getattr(rule, name)) for name in LISTS if name != "officers"}
    return RuleRow(
        unit=rule.unit.code,
        officers=tuple(sorted(one.username for one in rule.officers.all())),
        priority=choices.PRIORITY_CODES[rule.priority],
        **data,
        **listed,
    )


def rows_of(rule_set: RuleSet) -> list[RuleRow]:
    return [row_of(rule) for rule in rule_set.rules.select_related("unit").prefetch_related("officers")]


# Codes ---------------------------------------------------------------------------------------------------------------
class RuleCodes:
    """Codes that a rule of this agency may use, read once for all rows."""

    def __init__(self, rule_set: RuleSet) -> None:
        offered = {
            "unit": choices.units,
            "mode": choices.modes,
            "priority": choices.priorities,
            "officers": choices.officers,
            "kinds": choices.kinds,
            "violation_types": choices.violation_types,
            "materials": choices.materials,
            "districts": choices.districts,
            "destinations": choices.destinations,
            "severities": choices.severities,
            "verdicts": choices.verdicts,
            "verdict_from": choices.verdict_limits,
        }
        self.codes = {name: {code for code, _label in find(rule_set, SYSTEM)} for name, find in offered.items()}
        self.codes["verdict_from"].add("")

    def wrong_in(self, row: RuleRow) -> Iterator[FieldError]:
        for name, codes in self.codes.items():
            values = getattr(row, name)
            for code in (values,) if isinstance(values, str) else values:
                if code not in codes:
                    detail = _("%(column)s: “%(value)s” is not on the list.") % {"column": name, "value": code[:40]}
                    yield FieldError(f"/{name}", "choice", detail)
        yield from _wrong_numbers(row)


def _wrong_numbers(row: RuleRow) -> Iterator[FieldError]:
    if not 1 <= row.tier <= MOST_TIER:
        yield FieldError("/tier", "range", _("The tier is 1 to %(most)d.") % {"most": MOST_TIER})
    if not 1 <= row.position <= MOST_POSITION:
        yield FieldError("/position", "range", _("The number is 1 to %(most)d.") % {"most": MOST_POSITION})
    for first, last in (("value_from", "value_below"), ("weight_from", "weight_below")):
        low, high = getattr(row, first), getattr(row, last)
        if low is not None and high is not None and high <= low:
            yield FieldError(f"/{last}", "order", _("%(column)s: no value lies between the limits.") % {"column": last})
    if row.starts_on and row.ends_on and row.ends_on < row.starts_on:
        yield FieldError("/ends_on", "order", _("The last day is before the first."))
    if row.mode == Mode.CLAIM and row.officers:
        yield FieldError(
            "/officers", "mode", _("For claiming, do not name officers; otherwise choose another way of assignment.")
        )
    if len(row.note) > MOST_NOTE:
        yield FieldError("/note", "max_length", _("A note has at most %(most)d characters.") % {"most": MOST_NOTE})


# CSV -----------------------------------------------------------------------------------------------------------------
def read_rows(text: str, rule_set: RuleSet) -> list[RuleRow]:
    """Parses the rows. Raises Invalid naming every bad line and column. Codes in a cell are separated by space or
    semicolon."""
    _headings, lines = read_table(text, COLUMNS, most=MOST_ROWS, needed=NEEDED, field="rows")
    return _checked(lines, rule_set)


def _checked(values: Lines, rule_set: RuleSet) -> list[RuleRow]:
    known, errors, rows = RuleCodes(rule_set), list[FieldError](), list[RuleRow]()
    places: dict[tuple[int, int], int] = {}
    for line, cells in values.items():
        wrong = list[FieldError]()
        row = _row(cells, wrong)
        if row is not None:
            wrong += known.wrong_in(row)
            first = places.setdefault(row.place, line)
            if first != line:
                same = {"place": f"{row.tier}.{row.position}", "line": first}
                detail = _("%(place)s already appears in line %(line)d.") % same
                wrong.append(FieldError("/position", "taken", detail))
            rows.append(row)
        lead = _("Line %(line)d: ") % {"line": line}
        errors += [FieldError("/rows", error.code, f"{lead}{error.detail}") for error in wrong]
    if errors:
        raise Invalid(errors)
    return sorted(rows, key=lambda row: row.place)


def _row(cells: Mapping[str, str], wrong: list[FieldError]) -> RuleRow | None:
    text = {name: cells.get(name, "") for name in COLUMNS}
    values: dict[str, Any] = {"unit": text["unit"], "note": text["note"]}
    values["mode"] = text["mode"].lower() or Mode.CLAIM.value
    values["verdict_from"] = text["verdict_from"].lower()
    values["priority"] = text["priority"].lower() or "normal"
    values |= {name: (places_in if name == "destinations" else codes_in)(text[name]) for name in LISTS}
    before = len(wrong)
    for names, read, example in (
        (("tier", "position"), _number, "1"),
        (AMOUNTS, _amount, "200000"),
        (DAYS, _day, "2026-03-01"),
    ):
        for name in names:
            try:
                values[name] = read(text[name])
            except (ValueError, InvalidOperation):
                detail = _("%(column)s must have the form %(example)s.") % {"column": name, "example": example}
                wrong.append(FieldError(f"/{name}", "format", detail))
    return None if len(wrong) > before else RuleRow(**values)


def codes_in(text: str) -> Codes:
    return tuple(sorted(dict.fromkeys(text.replace(";", " ").replace(",", " ").split())))


def places_in(text: str) -> Codes:
    """Countries and regions by code or name; anything else stays as written."""
    return tuple(sorted(dict.fromkeys(read_route(text))))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise ValueError(text)
    return int(text)


def _amount(text: str) -> Decimal | None:
    """Parses an amount. Refuses exponents: 1e999999999 is a short text."""
    if not text:
        return None
    whole, _point, places = text.partition(".")
    if not (text.isascii() and whole.isdigit() and (places.isdigit() or "." not in text)):
        raise ValueError(text)
    if len(whole) > DIGITS or len(places) > PLACES:
        raise ValueError(text)
    return Decimal(text)


def _day(text: str) -> date | None:
    return parse_day(text) if text else None


def write_rows(rows: Iterable[RuleRow]) -> str:
    """Writes what `read_rows` reads."""
    return csv_file([COLUMNS, *([_cell(getattr(row, name)) for name in COLUMNS] for row in rows)]).decode("utf-8-sig")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return amount_text(value)
    return " ".join(value) if isinstance(value, tuple | list) else str(value)


def amount_text(value: Decimal) -> str:
    whole, point, places = format(value, "f").partition(".")
    return whole + (f"{point}{places.rstrip('0')}" if places.rstrip("0") else "")


# Comparing -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class RuleRowChange:
    """The change of the rule at one position; `columns` are the changed ones."""

    place: str
    what: str  # added | removed | changed
    old: RuleRow | None
    new: RuleRow | None
    columns: tuple[str, ...] = field(default=())


def changes(old: Iterable[RuleRow], new: Iterable[RuleRow]) -> list[RuleRowChange]:
    """Changes by position, without unchanged rules."""
    before, after = {row.place: row for row in old}, {row.place: row for row in new}
    found = []
    for place in sorted(before.keys() | after.keys()):
        was, is_now = before.get(place), after.get(place)
        if was == is_now:
            continue
        what = "added" if was is None else "removed" if is_now is None else "changed"
        columns = tuple(n for n in COLUMNS if was and is_now and getattr(was, n) != getattr(is_now, n))
        found.append(RuleRowChange(f"{place[0]}.{place[1]}", what, was, is_now, columns))
    return found
