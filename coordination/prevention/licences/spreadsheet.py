"""Licences as a table: reading CSV, comparing with the latest versions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import CharField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agencies.journal.digests import content_digest
from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.tables import csv_file
from agencies.kernel.text_files import Lines, parse_day, read_table
from cases.casefile.identifiers import normalize_identifier
from cases.controls.countries import country_code, country_name

from .models import Licence

MOST_ROWS = 5_000


@dataclass(frozen=True, kw_only=True)
class LicenceRow:
    """One licence of the table. Rows with the same content are equal."""

    number: str
    holder: str
    uscc: str = ""
    goods: str
    control_code: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    destination: str
    end_user: str = ""
    valid_from: date
    valid_until: date
    state: str = Licence.State.ISSUED.value


COLUMNS = tuple(one.name for one in fields(LicenceRow))
NEEDED = ("number", "holder", "goods", "destination", "valid_from", "valid_until")
WORDS = {
    "number": gettext_lazy("Number of the licence"),
    "holder": gettext_lazy("Licence holder"),
    "uscc": gettext_lazy("Unified social credit code"),
    "goods": pgettext_lazy("licence", "Goods"),
    "control_code": gettext_lazy("Control code"),
    "quantity": gettext_lazy("Quantity"),
    "unit": gettext_lazy("Unit of quantity"),
    "destination": gettext_lazy("Final destination"),
    "end_user": gettext_lazy("End user"),
    "valid_from": gettext_lazy("Valid from"),
    "valid_until": gettext_lazy("Last valid day"),
    "state": gettext_lazy("State"),
}
# Headings of the licensing system.
HEADINGS = {
    **{"许可证号": "number", "持证人": "holder", "统一社会信用代码": "uscc", "物项名称": "goods"},
    **{"管制编码": "control_code", "数量": "quantity", "计量单位": "unit", "最终目的国（地区）": "destination"},
    **{"最终用户": "end_user", "有效期起": "valid_from", "有效期止": "valid_until", "状态": "state"},
}
STATES = {
    **{str(value).lower(): value for value in Licence.State.values},
    **{"有效": Licence.State.ISSUED.value, "中止": Licence.State.SUSPENDED.value, "撤销": Licence.State.REVOKED.value},
}
TEXTS = ("number", "holder", "uscc", "goods", "control_code", "unit", "end_user")
MOST = {field.name: field.max_length or 0 for field in Licence._meta.fields if isinstance(field, CharField)}


def row_of(licence: Licence) -> LicenceRow:
    quantity = None if licence.quantity is None else licence.quantity.normalize()
    named: dict[str, Any] = {name: getattr(licence, name) for name in COLUMNS} | {"quantity": quantity}
    return LicenceRow(**named)


def read_rows(text: str) -> list[LicenceRow]:
    """Parses the table. Raises Invalid with every wrong line and column."""
    _headings, lines = read_table(text, COLUMNS, most=MOST_ROWS, needed=NEEDED, also=HEADINGS, field="text")
    return _checked(lines)


def _checked(table: Lines) -> list[LicenceRow]:
    errors, rows, places = list[FieldError](), list[LicenceRow](), dict[str, int]()
    for line, cells in table.items():
        read, wrong = _read(cells)
        first = places.setdefault(read["number"], line) if read.get("number") else line
        if first != line:
            again = {"place": read["number"], "line": first}
            wrong.append(FieldError("/number", "taken", _("%(place)s already appears in line %(line)d.") % again))
        if not wrong:
            rows.append(LicenceRow(**read))
        lead = _("Line %(line)d: ") % {"line": line}
        errors += [FieldError("/text", error.code, f"{lead}{error.detail}") for error in wrong]
    if errors:
        raise Invalid(errors)
    return sorted(rows, key=lambda row: row.number)


def _read(cells: Mapping[str, str]) -> tuple[dict[str, Any], list[FieldError]]:
    """The columns of one line, and what is wrong with it."""
    wrong = list(_wrong_texts(cells))
    read: dict[str, Any] = {name: cells.get(name, "") for name in TEXTS}
    read |= {name: normalize_identifier(read[name]) for name in ("number", "uscc")}
    read["destination"] = country_code(cells.get("destination", ""))
    read["state"] = STATES.get(cells.get("state", "").lower() or "issued", "")
    for name in ("destination", "state"):
        if cells.get(name) and not read[name]:
            values = {"column": name, "value": cells[name][:40]}
            detail = _("%(column)s: “%(value)s” is not on the list.") % values
            wrong.append(FieldError(f"/{name}", "choice", detail))
    for name in ("valid_from", "valid_until"):
        try:
            read[name] = parse_day(cells.get(name, ""))
        except ValueError:
            if cells.get(name):
                wrong.append(_of_form(name, "2026-03-01"))
    try:
        read["quantity"] = _quantity(cells.get("quantity", ""))
    except (InvalidOperation, ValueError):
        wrong.append(_of_form("quantity", "1250.5"))
    if not wrong and read["valid_until"] < read["valid_from"]:
        wrong.append(FieldError("/valid_until", "order", _("The last day is before the first.")))
    return read, wrong


def _wrong_texts(cells: Mapping[str, str]) -> Iterator[FieldError]:
    for name in NEEDED:
        if not cells.get(name):
            yield FieldError(f"/{name}", "required", _("%(column)s is empty.") % {"column": name})
    for name in TEXTS:
        if len(cells.get(name, "")) > MOST[name]:
            values = {"column": name, "most": MOST[name]}
            yield FieldError(f"/{name}", "max_length", _("%(column)s has at most %(most)d characters.") % values)


def _quantity(text: str) -> Decimal | None:
    """Raises InvalidOperation and ValueError."""
    if not text:
        return None
    found = Decimal(text.replace(",", ""))
    if not found.is_finite() or found < 0 or found >= 10**14 or found != round(found, 4):
        raise ValueError(text)
    return found.normalize()


def _of_form(name: str, example: str) -> FieldError:
    detail = _("%(column)s must have the form %(example)s.") % {"column": name, "example": example}
    return FieldError(f"/{name}", "format", detail)


# Comparing -----------------------------------------------------------------------------------------------------------
def cells_of(row: LicenceRow) -> dict[str, str]:
    """The row as the cells of a file."""
    values = asdict(row)
    quantity = "" if row.quantity is None else format(row.quantity, "f")
    return {name: quantity if name == "quantity" else str(values[name] or "") for name in COLUMNS}


def write_rows(rows: Iterable[LicenceRow]) -> str:
    """Writes the table that `read_rows` reads."""
    return csv_file([COLUMNS, *(list(cells_of(row).values()) for row in rows)]).decode("utf-8-sig")


@dataclass(frozen=True)
class LicenceChange:
    """The change of one licence; `lines` are the columns that differ, with old and new text."""

    number: str
    old: LicenceRow | None
    new: LicenceRow
    lines: list[tuple[str, str, str]] = field(default_factory=list)

    def __str__(self) -> str:
        return self.number

    @property
    def is_new(self) -> bool:
        return self.old is None

    @property
    def labelled_lines(self) -> list[tuple[Any, str, str]]:
        return [(WORDS[name], _words(name, old), _words(name, new)) for name, old, new in self.lines]


def _words(name: str, cell: str) -> str:
    if cell and name == "state":
        return str(Licence.State(cell).label)
    return country_name(cell) if cell and name == "destination" else cell


def changes(rows: Iterable[LicenceRow]) -> list[LicenceChange]:
    """Compares the rows with the latest versions. Licences that the table does not contain are unchanged."""
    listed = list(rows)
    latest = Licence.objects.current_versions().filter(number__in=[row.number for row in listed])
    held = {licence.number: row_of(licence) for licence in latest}
    return [_change(held.get(row.number), row) for row in listed if held.get(row.number) != row]


def _change(old: LicenceRow | None, new: LicenceRow) -> LicenceChange:
    before, after = cells_of(old) if old else {}, cells_of(new)
    lines = [(name, before.get(name, ""), after[name]) for name in COLUMNS if before.get(name, "") != after[name]]
    return LicenceChange(new.number, old, new, lines)


def changes_digest(found: Iterable[LicenceChange]) -> str:
    """A digest of the changes, to verify that the person has seen them."""
    return content_digest([[change.number, change.lines] for change in found])
