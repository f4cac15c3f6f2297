"""Reads a file of a table of the control law and checks its cells and its rows together.

Errors name the row and the column as the spreadsheet shows them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.text_files import parse_day, read_table
from agencies.kernel.texts import Text

from .countries import country_code
from .rulebook import EVERY, TableRow, Tables, parts, read_content, read_day
from .tables import REMOVE, RULES, SUSPENSIONS, Cells, Column, Table

MOST_ROWS = 2_000
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
HS = re.compile(r"\d{6,10}")


@dataclass(frozen=True)
class KnownReferences:
    """What a row may refer to: the rows in force with those of the file."""

    codes: Mapping[str, frozenset[str]]
    countries: Callable[[str], str] = country_code

    @classmethod
    def of(cls, tables: Tables) -> "KnownReferences":
        columns = {
            "instrument": ("instruments", "code"),
            "rule": ("control_rules", "code"),
            "item": ("control_items", "item_id"),
            "materials": ("control_items", "material"),
            "destinations": ("control_groups", "code"),
        }
        codes = {kind: frozenset(row[name] for row in tables[at]) for kind, (at, name) in columns.items()}
        return cls({**codes, "materials": codes["materials"] | codes["item"]})


def read_rows(text: str, table: Table, tables: Tables) -> list[Cells]:
    """Returns the rows of a CSV text as they are to be, complete. `tables` are the rows in force.

    Raises Invalid with every wrong cell; its pointer is /file/LINE/COLUMN.
    """
    offered = [*table.header, *([REMOVE] if table.is_removable else [])]
    needed = [one.name for one in table.columns if one.needed]
    _headings, lines = read_table(text, offered, most=MOST_ROWS, needed=needed)
    held = {table.key_of(row): row for row in tables[table.name]}
    found, errors, seen = dict[int, Cells](), list[FieldError](), dict[tuple[str, ...], int]()
    known = KnownReferences.of(
        {
            **tables,
            table.name: [
                *tables[table.name],
                *({**dict.fromkeys(table.header, ""), **cells} for cells in lines.values()),
            ],
        }
    )
    for line, typed in lines.items():
        cells, wrong = _read(typed, table, known)
        first = seen.setdefault(table.key_of(cells), line)
        if first != line:
            detail = _("the same row as line %(line)d. Keep one of them.") % {"line": first}
            wrong.append((table.key[-1], "taken", detail))
        if cells.get(REMOVE) and table.key_of(cells) not in held:
            wrong.append((table.key[-1], "unknown", _("is not in force here, so it cannot be removed.")))
        errors += [_error(line, cells, *one) for one in wrong]
        found[line] = {**held.get(table.key_of(cells), dict.fromkeys(table.header, "")), **cells}
    errors = errors or list(_wrong_together(found, table, tables))
    if errors:
        raise Invalid(errors)
    return list(found.values())


WrongCell = tuple[str, str, str]  # column, code, what is wrong and what to do


def _error(line: int, cells: Mapping[str, str], column: str, code: str, what: str) -> FieldError:
    value = cells.get(column, "")[:40]
    place = {"line": line, "column": column, "value": value, "what": what}
    words = _("Line %(line)d, %(column)s “%(value)s”: %(what)s") if value else _("Line %(line)d, %(column)s: %(what)s")
    return FieldError(f"/file/{line}/{column}", code, words % place)


def _read(typed: Cells, table: Table, known: KnownReferences) -> tuple[Cells, list[WrongCell]]:
    cells, wrong = dict[str, str](), list[WrongCell]()
    for column in table.columns:
        if column.name not in typed:
            continue
        cells[column.name], problems = _cell(typed[column.name], column, known)
        wrong += [(column.name, code, what) for code, what in problems]
    cells |= {name: typed.get(name, "") for name in table.key if name not in cells}
    if typed.get(REMOVE, "") not in ("", "yes"):
        wrong.append((REMOVE, "choice", _("write yes to remove the row, or leave it empty.")))
    elif typed.get(REMOVE):
        cells[REMOVE] = "yes"
    return cells, wrong


def _cell(text: str, column: Column, known: KnownReferences) -> tuple[str, list[tuple[str, str]]]:
    """The cell as it is stored, and what is wrong with it."""
    if not text:
        needed = _("is empty. Enter it; what no text gives is not imported.")
        return "", [("required", needed)] if column.needed else []
    if len(text) > column.most:
        return text, [("max_length", _("has more than %(most)d characters. Shorten it.") % {"most": column.most})]
    check = CHECKS.get(column.kind)
    if check is not None:
        return check(text, column, known)
    return text, []


Checked = tuple[str, list[tuple[str, str]]]


def _day(text: str, column: Column, known: KnownReferences) -> Checked:
    try:
        return parse_day(text).isoformat(), []
    except ValueError:
        return text, [("format", _("is no date. Write it as 2026-03-01."))]


def _month(text: str, column: Column, known: KnownReferences) -> Checked:
    """A day, or a month of which the day is not known."""
    checked, wrong = _day(text, column, known)
    return (text, []) if wrong and MONTH.fullmatch(text) else (checked, wrong)


def _number(text: str, column: Column, known: KnownReferences) -> Checked:
    try:
        is_number = Decimal(text).is_finite()
    except InvalidOperation:
        is_number = False
    return text, [] if is_number else [("format", _("is no number. Write it with digits, such as 99.99."))]


def _count(text: str, column: Column, known: KnownReferences) -> Checked:
    is_count = text.isascii() and text.isdigit() and 0 < int(text) < 1000
    return text, [] if is_count else [("format", _("is no whole number from 1 to 999."))]


def _matched(pattern: re.Pattern[str], form: Text) -> Callable[[str, Column, KnownReferences], Checked]:
    def check(text: str, column: Column, known: KnownReferences) -> Checked:
        return text, [] if pattern.fullmatch(text) else [("format", str(form))]

    return check


def _choice(text: str, column: Column, known: KnownReferences) -> Checked:
    if text in column.choices:
        return text, []
    offered = ", ".join(one for one in column.choices if one)
    return text, [("choice", _("is unknown. Use one of: %(offered)s.") % {"offered": offered})]


def _choices(text: str, column: Column, known: KnownReferences) -> Checked:
    named = parts(text)
    wrong = [one for one in named if one not in column.choices]
    values = {"names": ", ".join(wrong), "offered": ", ".join(column.choices)}
    detail = _("%(names)s: unknown. Use some of: %(offered)s, separated by semicolons.")
    return ";".join(named), [("choice", detail % values)] if wrong else []


def _content(text: str, column: Column, known: KnownReferences) -> Checked:
    try:
        read_content(text)
    except ValueError:
        detail = _("is no condition. Write it as value_share_percent>=0.1 or chinese_technology=1.")
        return text, [("format", detail)]
    return text, []


def _hs(text: str, column: Column, known: KnownReferences) -> Checked:
    codes = [re.sub(r"[.\s]", "", part) for part in parts(text)]
    wrong = [code for code in codes if not HS.fullmatch(code)]
    detail = _("%(codes)s: an HS code has 6 to 10 digits. Separate several with semicolons.")
    return ";".join(codes), [("format", detail % {"codes": ", ".join(wrong)})] if wrong else []


def _referring(remedy: Text) -> Callable[[str, Column, KnownReferences], Checked]:
    def check(text: str, column: Column, known: KnownReferences) -> Checked:
        return text, [] if text in known.codes[column.kind] else [("unknown", str(remedy))]

    return check


def _materials(text: str, column: Column, known: KnownReferences) -> Checked:
    named = parts(text)
    wrong = [one for one in named if one not in known.codes["materials"] and named != (EVERY,)]
    detail = _("%(names)s: no goods of this family. Import the goods first, or write * for all goods under control.")
    return ";".join(named), [("unknown", detail % {"names": ", ".join(wrong)})] if wrong else []


def _places(text: str, column: Column, known: KnownReferences) -> Checked:
    groups = known.codes["destinations"] if column.kind == "destinations" else frozenset()
    named = {part: part if part in groups else known.countries(part) for part in parts(text.replace("；", ";"))}
    wrong = [part for part, code in named.items() if not code]
    detail = _("%(names)s: no country or region of the list, and no group. Use a code such as JPN, separated by ;.")
    stored = ";".join(code or part for part, code in named.items())
    return stored, [("country", detail % {"names": ", ".join(wrong)})] if wrong else []


CHECKS: dict[str, Callable[[str, Column, KnownReferences], Checked]] = {
    "day": _day,
    "month": _month,
    "number": _number,
    "count": _count,
    "choice": _choice,
    "choices": _choices,
    "content": _content,
    "hs": _hs,
    "code": _matched(CODE, gettext_lazy("has up to 40 letters, digits, points, hyphens and underscores.")),
    "name": _matched(NAME, gettext_lazy("has small letters, digits and underscores, at most 60.")),
    "instrument": _referring(gettext_lazy("is no instrument of the list. Import the instrument first.")),
    "rule": _referring(gettext_lazy("is no rule of the list. Import the rule first.")),
    "item": _referring(gettext_lazy("is no goods of the list. Import the goods first.")),
    "materials": _materials,
    "destinations": _places,
    "countries": _places,
}


def _wrong_together(found: Mapping[int, Cells], table: Table, tables: Tables) -> Iterator[FieldError]:
    """Periods in the wrong order, periods that overlap, suspensions outside their rule."""
    checks = {"control_rules": _wrong_rule, "control_suspensions": _wrong_suspension}
    if table.name not in checks:
        return
    merged = {table.key_of(row): row for row in [*tables[table.name], *found.values()]}
    rules = {row["code"]: row for row in tables["control_rules"]}
    for line, row in found.items():
        others = [other for key, other in merged.items() if key != table.key_of(row)]
        for wrong in checks[table.name](row, others, rules):
            yield _error(line, row, *wrong)
    if table is RULES:
        yield from _suspensions_outside({row["code"]: line for line, row in found.items()}, found, tables)


def _suspensions_outside(lines: Mapping[str, int], found: Mapping[int, Cells], tables: Tables) -> Iterator[FieldError]:
    """Suspensions in force that a changed rule would leave outside its days."""
    for one in tables["control_suspensions"]:
        line = lines.get(one["rule"])
        if line is not None and not _meet(*_period(one, SUSPENSIONS), *_period(found[line], RULES)):
            detail = _("the suspension from %(day)s would be outside the rule. Change the suspension first.")
            place = {"day": one["suspended_from"]}
            yield _error(line, found[line], "in_force_until", "order", detail % place)


BEGINS = {"control_rules": "in_force_from", "control_suspensions": "suspended_from"}


def _period(row: TableRow, table: Table) -> tuple[date | None, date | None]:
    return read_day(row[BEGINS[table.name]]), read_day(row[table.ends])


def _meet(first: date | None, last: date | None, begins: date | None, ends: date | None) -> bool:
    """Whether two periods have a day in common."""
    return (first or date.min) <= (ends or date.max) and (begins or date.min) <= (last or date.max)


def _wrong_rule(row: Cells, others: Iterable[TableRow], rules: Mapping[str, TableRow]) -> Iterator[WrongCell]:
    begins, ends = _period(row, RULES)
    if begins and ends and ends < begins:
        yield "in_force_until", "order", _("is before the first day. Enter a later day, or leave it empty.")
    if not row["family"]:
        yield "family", "required", _("is empty. Enter it; what no text gives is not imported.")
    is_catch_all = row["consequence"] == "catch_all"
    if is_catch_all == bool(row["materials"]):
        detail = _("a rule names its families, or * for all goods under control; only a catch-all rule names none.")
        yield "materials", "required", detail
    same = ("instrument", "article", "paragraph", "destinations", "users", "end_use", "modes", "origin", "content")
    for other in others:
        shared = set(parts(row["materials"])) & set(parts(other["materials"]))
        alike = all(row[name] == other[name] for name in same) and (shared or row["materials"] == other["materials"])
        if alike and _meet(begins, ends, *_period(other, RULES)):
            detail = _("overlaps the rule %(code)s of the same instrument. Change its last day, or this first day.")
            yield "in_force_from", "overlap", detail % {"code": other["code"]}


def _wrong_suspension(row: Cells, others: Iterable[TableRow], rules: Mapping[str, TableRow]) -> Iterator[WrongCell]:
    begins, ends = _period(row, SUSPENSIONS)
    if begins and ends and ends < begins:
        yield "suspended_until", "order", _("is before the first day. Enter a later day, or leave it empty.")
    if not _meet(begins, ends, *_period(rules[row["rule"]], RULES)):
        yield "suspended_from", "outside", _("the rule is not in force on any of these days. Check rule and days.")
    if row["resumed_by"] and not ends:
        yield "suspended_until", "required", _("is empty. A rule applies again only after the last day.")
    for other in others:
        if other["rule"] == row["rule"] and _meet(begins, ends, *_period(other, SUSPENSIONS)):
            detail = _("overlaps the suspension from %(day)s of the same rule. Begin after its last day.")
            yield "suspended_from", "overlap", detail % {"day": other["suspended_from"]}
