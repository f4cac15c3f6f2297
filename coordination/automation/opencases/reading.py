"""Reads rows of the sheets: which case they belong to, days, names and choices as people write them."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from rest_framework.exceptions import ValidationError

from agencies.journal.digests import content_digest
from agencies.kernel import times
from agencies.kernel.action_fields import ActionField, flat
from agencies.kernel.actor import Actor
from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.named_fields import plain
from agencies.kernel.problems import field_errors
from agencies.kernel.text_files import iso_text
from cases.casefile.models import Handling, Item, Party, Severity
from cases.controls.countries import country_code
from cases.controls.models import PartyRole, ViolationType
from cases.intake.labels import CASE_REGISTER, OPEN_CASE
from cases.intake.models import Content
from cases.intake.serializers import validate_report
from coordination.automation.imports.tables import TableRow

from .sheets import SHEET, SHEETS

OFFICE_OPENS = "09:00"  # of an act of which only the day is known; periods in days do not depend on it
SEPARATORS = re.compile(r"[;；、\n]+")
SAYS_YES = frozenset({"是", "yes", "true", "1"})
MOST_ROWS = 1_000  # of one case, which is taken in one transaction
Pairs = Sequence[tuple[Any, Any]]
PARTS = tuple(sheet.code for sheet in SHEETS if sheet.code != "cases")


@dataclass
class RegisteredCase:
    """One case of the register: its row in the sheet of cases, and its rows in the other sheets."""

    row: TableRow
    parts: dict[str, list[TableRow]] = field(default_factory=lambda: {part: [] for part in PARTS})

    @property
    def number(self) -> str:
        return cell(self.row, "number")

    @property
    def sheets(self) -> dict[str, list[TableRow]]:
        return {"cases": [self.row], **self.parts}

    @property
    def rows(self) -> list[TableRow]:
        return [row for rows in self.sheets.values() for row in rows]


def cell(row: TableRow, column: str) -> str:
    return row.cells.get(column, "").strip()


def row_digest(row: TableRow) -> str:
    return content_digest(row.cells)


def cell_error(row: TableRow, column: str, detail: str, code: str = "invalid") -> FieldError:
    """An error in one cell, which names sheet and line."""
    return FieldError(f"/{row.sheet}/{row.line}/{column}", code, detail)


def refused(row: TableRow, column: str, detail: str) -> Invalid:
    return Invalid([cell_error(row, column, detail)])


def registered_cases(rows: Iterable[TableRow]) -> tuple[list[RegisteredCase], list[FieldError]]:
    """The cases in the order of their sheet, and errors of rows that belong to none."""
    listed, found, errors = list(rows), dict[str, RegisteredCase](), list[FieldError]()
    for row in (one for one in listed if one.sheet == "cases"):
        number = cell(row, "number")
        if number in found:
            errors.append(cell_error(row, "number", _("This case number is in the sheet twice."), "double"))
        elif number:
            found[number] = RegisteredCase(row)
        else:
            errors.append(cell_error(row, "number", _("This field is required."), "required"))
    for row in (one for one in listed if one.sheet != "cases"):
        if matter := found.get(cell(row, "case")):
            matter.parts[row.sheet].append(row)
        else:
            detail = _("The sheet of cases has no case with this number.")
            errors.append(cell_error(row, "case", detail, "case"))
    return list(found.values()), errors


def refuse_gaps(matter: RegisteredCase) -> None:
    """Raises Invalid with every empty cell of a required column, and for a case with too many rows."""
    if len(matter.rows) > MOST_ROWS:
        detail = _(
            "This case has more than %(most)d rows in all sheets. Import the most important ones; enter the others."
        )
        raise refused(matter.row, "number", detail % {"most": MOST_ROWS})
    errors = [
        cell_error(row, column.key, _("This field is required."), "required")
        for row in matter.rows
        for column in SHEET[row.sheet].columns
        if column.required and not cell(row, column.key)
    ]
    if errors:
        raise Invalid(errors)


# Cells ---------------------------------------------------------------------------------------------------------------
def moment_of(row: TableRow, column: str) -> datetime | None:
    """The time in a cell; a day without an hour is taken at the opening of the office. Raises Invalid."""
    text = iso_text(cell(row, column)).removesuffix(" 00:00")
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text if ":" in text else f"{text} {OFFICE_OPENS}")
    except ValueError as wrong:
        raise refused(row, column, _("This is no day or time. Write 2026-03-01, or 2026-03-01 14:30.")) from wrong
    at = at if at.tzinfo else timezone.make_aware(at)
    return min(at, times.now()) if timezone.localdate(at) == times.today() else at


def names_in(row: TableRow, column: str) -> list[str]:
    return [name.strip() for name in SEPARATORS.split(cell(row, column)) if name.strip()]


def code_among(text: str, choices: Pairs | Callable[[], Pairs]) -> str:
    """The code that is written itself or by its label in any language; "" if there is none, or more than one, such as
    of two people with one name. A function is asked for the choices in each language."""
    for code, _name in settings.LANGUAGES:
        with override(code):
            pairs = [(str(value), str(label)) for value, label in (choices() if callable(choices) else choices)]
        found = {value for value, label in pairs if text == value or plain(text) in (plain(value), plain(label))}
        if found:
            return found.pop() if len(found) == 1 else ""
    return ""


def _coded(row: TableRow, column: str, choices: Pairs, errors: list[FieldError]) -> str:
    text = cell(row, column)
    found = code_among(text, choices) if text else ""
    if text and not found:
        errors.append(cell_error(row, column, _("“%(text)s” is not on the list.") % {"text": text[:40]}, "choice"))
    return found


def _country(row: TableRow, column: str) -> str:
    return country_code(cell(row, column)) or cell(row, column)


# The report of a case ------------------------------------------------------------------------------------------------
def report_of(matter: RegisteredCase) -> Content:
    """The entry of the register as a report of the intake contract, with all its sheets. Raises Invalid."""
    errors: list[FieldError] = []
    row = matter.row
    parties, items = matter.parts["parties"], matter.parts["items"]
    data = {
        "source_system": CASE_REGISTER,
        "report_type": OPEN_CASE,
        "source_ref": matter.number,
        "title": cell(row, "title"),
        "narrative": cell(row, "summary"),
        "severity": _coded(row, "severity", Severity.choices, errors),
        "handling_code": _coded(row, "handling_code", Handling.choices, errors),
        "occurred_at": iso_text(cell(row, "occurred_on")) or None,
        "parties": [_party(one, errors) for one in parties],
        "items": [_item(one, errors) for one in items],
        # By which the same number with other content is recognised. Not the rows: walls hide some from colleagues.
        "extra": {part: [row_digest(one) for one in rows] for part, rows in matter.sheets.items()},
    }
    try:
        content = validate_report(data)
    except ValidationError as wrong:
        errors += [_placed(error, matter) for error in field_errors(wrong.detail)]
    errors += _named_twice(parties)
    if errors:
        raise Invalid(errors)
    return content


def _party(row: TableRow, errors: list[FieldError]) -> dict[str, Any]:
    roles = [(one.code, name) for one in PartyRole.objects.all() for name in (one.name_zh, one.name_en)]
    identifier = {"scheme": cell(row, "scheme"), "value": cell(row, "identifier")}
    return {
        "name": cell(row, "name"),
        "kind": _coded(row, "kind", Party.Kind.choices, errors),
        "role": code_among(cell(row, "role"), roles) or cell(row, "role"),
        "country": _country(row, "country"),
        "address": cell(row, "address"),
        "identifiers": [identifier] if identifier["value"] else [],
    }


def _item(row: TableRow, errors: list[FieldError]) -> dict[str, Any]:
    texts = ("description", "declared_as", "hs_code", "control_code", "net_weight_kg", "value", "currency")
    coded = {"nature": _coded(row, "nature", Item.Nature.choices, errors), "origin": _country(row, "origin")}
    return {name: value for name in texts if (value := cell(row, name))} | coded


def _named_twice(parties: Sequence[TableRow]) -> Iterable[FieldError]:
    seen = set[str]()
    for row in parties:
        if (name := cell(row, "name")) in seen:
            yield cell_error(row, "name", _("Two parties of the case have this name. Tell them apart."), "double")
        seen.add(name)


HEADS = {"narrative": "summary", "occurred_at": "occurred_on", "source_ref": "number"}  # field → column
CELLS = {"identifiers": "identifier"}


def _placed(error: FieldError, matter: RegisteredCase) -> FieldError:
    """An error of the contract at its cell: “/items/0/hs_code” is a row of the sheet of items."""
    part, _sep, rest = error.pointer.strip("/").partition("/")
    position, _sep, name = rest.partition("/")
    if part in matter.parts and position.isdecimal():
        column = name.split("/")[0]
        return cell_error(matter.parts[part][int(position)], CELLS.get(column, column), error.detail, error.code)
    return cell_error(matter.row, HEADS.get(part, part), error.detail, error.code)


def violation_types_of(row: TableRow) -> list[str]:
    """Codes of the violation types. Raises Invalid."""
    types = [(one.code, name) for one in ViolationType.objects.all() for name in (one.name_zh, one.name_en)]
    codes = {name: code_among(name, types) for name in names_in(row, "violation_types")}
    if unknown := [name for name, code in codes.items() if not code]:
        raise refused(row, "violation_types", _("“%(text)s” is not on the list.") % {"text": unknown[0][:40]})
    return list(codes.values())


# Answers to a form ---------------------------------------------------------------------------------------------------
def written_answers(row: TableRow, fields: Sequence[ActionField]) -> dict[str, str]:
    """The answers in the column of that name, by field. Raises Invalid for a name that the form does not have."""
    named = [(one.name, label) for one in fields for label in (one.label, one.name)]
    answers = {}
    for line in filter(str.strip, cell(row, "answers").splitlines()):
        name, _sep, text = re.sub("：", ":", line, count=1).partition(":")
        if not (known := code_among(name.strip(), named)):
            labels = "; ".join(str(one.label) for one in fields)
            detail = _("The form of this step has no field “%(name)s”. It has: %(labels)s.")
            raise refused(row, "answers", detail % {"name": name.strip()[:40], "labels": labels})
        answers[known] = text.strip()
    return answers


def form_value(asked: ActionField, text: Any, thing: Any, actor: Actor) -> Any:
    """What the form takes for a text: codes for names, days as the form reads them. An unknown name stays as it is, and
    the form refuses it."""
    if not isinstance(text, str):
        return text
    if asked.kind == "date":
        return iso_text(text)
    if asked.kind == "bool":
        return "on" if plain(text) in SAYS_YES else ""
    if asked.kind not in ("choice", "choices"):
        return text

    def offered() -> Pairs:
        return list(flat(asked.offered(thing, actor)))

    if asked.kind == "choices":
        return [code_among(name, offered) or name for name in SEPARATORS.split(text) if name.strip()]
    return code_among(text, offered) or text
