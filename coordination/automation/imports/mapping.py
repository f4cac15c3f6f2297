"""Which heading of a file is which column: proposed from the names of the columns and from the last import of the
agency, corrected by a person."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.large_tables import ReadSheet, ReadTable
from agencies.kernel.named_fields import plain

from .tables import ImportedSheet, ImportedTable, TableRow

Mapped = dict[str, dict[str, str]]
"""Sheet → column → heading, or value."""
LINE, RESULT, REASON = (
    ("导入文件行号", "Line in the imported file"),
    ("导入结果", "Import result"),
    ("导入结果说明", "Reason for the import result"),
)
"""What the file with the results of an import has beside the columns of the table."""
RESULT_HEADINGS = frozenset({*LINE, *RESULT, *REASON})


def sheets_by_code(kind: ImportedTable, table: ReadTable) -> dict[str, ReadSheet]:
    """The tables of a file by the sheets of the kind. Raises Invalid for one that is unknown, doubled or missing."""
    if len(kind.sheets) == 1 or not any(sheet.name for sheet in table.sheets):
        return {kind.sheets[0].code: table.sheets[0]}
    codes = {plain(name): sheet.code for sheet in kind.sheets for name in (sheet.code, sheet.zh, sheet.en)}
    found: dict[str, ReadSheet] = {}
    for sheet in table.sheets:
        code = codes.get(plain(sheet.name), "")
        if not code or code in found:
            named = _(", ").join(one.words for one in kind.sheets)
            detail = _("The sheet “%(sheet)s” is unknown or appears twice. The sheets are: %(names)s.")
            raise Invalid.field("file", "sheets", detail % {"sheet": sheet.name, "names": named})
        found[code] = sheet
    if missing := [one.words for one in kind.sheets if one.required and one.code not in found]:
        detail = _("The file lacks the sheets: %(names)s.") % {"names": _(", ").join(missing)}
        raise Invalid.field("file", "sheets", detail)
    return found


def propose(kind: ImportedTable, headings: Mapping[str, list[str]], remembered: Mapped) -> Mapped:
    """The heading of each column that was assigned last time or has a name of the column; each heading once."""
    return {code: _proposed(kind.sheet(code), offered, remembered.get(code, {})) for code, offered in headings.items()}


def _proposed(sheet: ImportedSheet, headings: Iterable[str], remembered: Mapping[str, str]) -> dict[str, str]:
    free = {plain(heading): heading for heading in headings}
    found: dict[str, str] = {}
    for column in sheet.columns:
        if (last := plain(remembered.get(column.key, ""))) in free:
            found[column.key] = free.pop(last)
    for column in sheet.columns:
        names = (plain(name) for name in column.names)
        if column.key not in found and (name := next((name for name in names if name in free), None)) is not None:
            found[column.key] = free.pop(name)
    return found


def unassigned(headings: Mapping[str, list[str]], mapping: Mapped) -> dict[str, list[str]]:
    """The headings of each sheet that no column takes, without those that the file of an earlier import has."""
    taken = {code: RESULT_HEADINGS.union(mapping.get(code, {}).values()) for code in headings}
    return {code: [one for one in offered if one not in taken[code]] for code, offered in headings.items()}


def check_mapping(kind: ImportedTable, headings: Mapping[str, list[str]], mapping: Mapped, fixed: Mapped) -> None:
    """Raises Invalid for a required column without heading and value, and for a heading that is assigned twice. The
    pointers are sheet and column."""
    errors: list[FieldError] = []
    for code, offered in headings.items():
        assigned: dict[str, str] = {}
        for column in kind.sheet(code).columns:
            place, heading = f"/{code}/{column.key}", mapping.get(code, {}).get(column.key, "")
            if heading and heading not in offered:
                errors.append(FieldError(place, "choice", _("The file has no such heading.")))
            elif heading and heading in assigned:
                detail = _("“%(heading)s” is assigned to %(other)s already.")
                other = assigned[heading]
                errors.append(FieldError(place, "taken", detail % {"heading": heading, "other": other}))
            elif column.required and not heading and not fixed.get(code, {}).get(column.key):
                detail = _("Assign a heading, or enter a value for all rows.")
                errors.append(FieldError(place, "required", detail))
            if heading:
                assigned.setdefault(heading, column.words)
    if errors:
        raise Invalid(errors)


def row_of(sheet: str, line: int, cells: Mapping[str, str], mapping: Mapped, fixed: Mapped) -> TableRow:
    """The row by columns. `cells` are by heading."""
    others = {heading: cells[heading] for heading in unassigned({sheet: list(cells)}, mapping)[sheet]}
    read = {column: cells.get(heading, "") for column, heading in mapping.get(sheet, {}).items()}
    filled = {column: value for column, value in fixed.get(sheet, {}).items() if value and not read.get(column)}
    return TableRow(sheet, line, {column: cell for column, cell in {**read, **filled}.items() if cell}, others)
