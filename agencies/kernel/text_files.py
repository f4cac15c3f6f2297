"""Tables sent as files or text: read as spreadsheets write them, with errors at the line and column that they show."""

import codecs
import csv
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from io import StringIO
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .errors import FieldError, Invalid, TooLarge
from .limits import TABLE_BYTES, TABLE_CELL, TABLE_COLUMNS
from .tables import RUN
from .texts import TextField, character_error, normalise_text
from .uploads import refuse_unclean
from .workbooks import cell_error, read_workbook

MOST_ERRORS = 20
# A Chinese spreadsheet writes CSV in GB 18030 (or GBK, a subset) by default. The reader sees the result before anything
# is recorded.
ENCODINGS = ("utf-8-sig", "gb18030")
WORKBOOK = b"PK\x03\x04"
DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:(?:[\sT]+|(?<=日))(\d{1,2})[:：时](\d{2})(?:[:：分]00秒?|分)?)?"
)
Lines = dict[int, dict[str, str]]
"""Lines of a table by the number that the spreadsheet shows; cells by column."""


def read_submitted_text(cleaned: dict[str, Any]) -> str:
    """Returns the text of `file`, or of `text` if there is no file. A workbook is returned as CSV. Raises Invalid."""
    file = cleaned.get("file")
    if file is None:
        return str(cleaned.get("text") or "")
    if file.size > TABLE_BYTES:
        detail = _("The file has more than %(most)d KB: send it in parts.") % {"most": TABLE_BYTES // 1000}
        raise TooLarge.field("file", "size", detail)
    refuse_unclean(file)
    content = file.read()
    return _of_workbook(content) if content.startswith(WORKBOOK) else decoded(content)[0]


def _of_workbook(content: bytes) -> str:
    lines = read_workbook(content)
    refuse_characters(lines)
    text = StringIO()
    # An empty line keeps the numbers of those below.
    csv.writer(text).writerows(lines.get(line, [""]) for line in range(1, max(lines, default=0) + 1))
    return normalise_text(text.getvalue())


def refuse_characters(lines: Mapping[int, Sequence[str]], sheet: str = "") -> None:
    """Raises Invalid naming every cell of a workbook with a character that no text may have."""
    if wrong := [
        cell_error("file", line, column, "character", detail, sheet)
        for line, cells in lines.items()
        for column, cell in enumerate(cells, start=1)
        if (detail := character_error(cell))
    ]:
        raise Invalid(wrong)


def decoded(content: bytes) -> tuple[str, str]:
    """Returns the text and its encoding, one of `ENCODINGS`. Raises Invalid, naming a line that is no text."""
    encodings = ENCODINGS[:1] if content.startswith(codecs.BOM_UTF8) else ENCODINGS
    line = 1
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as broken:
            line = max(line, broken.object.count(b"\n", 0, broken.start) + 1)
            continue
        if wrong := character_error(text):
            raise Invalid.field("file", "character", wrong)
        return normalise_text(text), encoding
    detail = _("Line %(line)d is no text. Save the table in the spreadsheet program as “CSV UTF-8”.")
    raise Invalid.field("file", "encoding", detail % {"line": line})


def read_table(
    text: str,
    columns: Collection[str],
    *,
    most: int,
    needed: Collection[str] = (),
    also: Mapping[str, str] | None = None,
    field: str = "file",
) -> tuple[dict[str, str], Lines]:
    """Returns the columns with the headings that the file writes, and the lines that are not empty.

    `also` are further headings and the columns that they mean. Raises Invalid for headings that are unknown, doubled or
    missing, for a cell without a heading, and for a table without lines; TooLarge for more than `most` lines.
    """
    records = records_of(text, field)
    number, head = next(records, (1, []))
    headings = _columns(number, head, columns, needed, also or {}, field)
    lines = lines_below(records, headings, most=most, field=field)
    if not lines:
        raise Invalid.field(field, "rows", _("The table has no lines below its headings."))
    return {name: head[column - 1] for column, name in headings.items()}, lines


def lines_below(
    records: Iterable[tuple[int, list[str]]], headings: Mapping[int, str], *, most: int, field: str
) -> Lines:
    """Returns the lines below the head. `headings` are the names of the columns by their number. Raises Invalid for a
    cell without a heading, TooLarge for more than `most` lines."""
    lines: Lines = {}
    for line, cells in records:
        if len(lines) == most:
            detail = _("The table has more than %(most)d lines: send it in parts.") % {"most": most}
            raise TooLarge.field(field, "rows", detail)
        if lost := [column for column, cell in enumerate(cells, start=1) if cell and column not in headings]:
            raise Invalid([cell_error(field, line, lost[0], "columns", _("the cell has no heading above it."))])
        lines[line] = {name: _at(cells, column) for column, name in headings.items()}
    return lines


def records_of(text: str, field: str, longest: int = TABLE_CELL) -> Iterator[tuple[int, list[str]]]:
    """The lines of a CSV text that are not empty, with their numbers. Raises Invalid and TooLarge."""
    reader, line = csv.reader(StringIO(text.lstrip("\ufeff"), newline="")), 0
    try:
        for line, row in enumerate(reader, start=1):
            if len(row) > TABLE_COLUMNS and any(row[TABLE_COLUMNS:]):
                detail = _("Line %(line)d has more than %(most)d columns. Remove those that are not needed.")
                raise TooLarge.field(field, "columns", detail % {"line": line, "most": TABLE_COLUMNS})
            cells = [plain_cell(cell) for cell in row[:TABLE_COLUMNS]]
            for column, cell in enumerate(cells, start=1):
                if len(cell) > longest:
                    detail = _("the cell has more than %(most)d characters.") % {"most": longest}
                    raise Invalid([cell_error(field, line, column, "max_length", detail)])
            if any(cells):
                yield line, cells
    except csv.Error as wrong:
        detail = _("Line %(line)d: this is not CSV: %(why)s.") % {"line": line + 1, "why": wrong}
        raise Invalid.field(field, "csv", detail) from wrong


def plain_cell(cell: str) -> str:
    """Without spaces around it, and without the quote that keeps a spreadsheet from calculating it."""
    text = cell.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(RUN) else text


def _at(cells: list[str], column: int) -> str:
    return cells[column - 1] if column <= len(cells) else ""


def _columns(
    line: int, head: list[str], columns: Collection[str], needed: Collection[str], also: Mapping[str, str], field: str
) -> dict[int, str]:
    """The number of each column in the file → its name. Raises Invalid."""
    offered, native = {**also, **{name: name for name in columns}}, {name: heading for heading, name in also.items()}
    found: dict[int, str] = {}
    errors: list[FieldError] = []
    for column, heading in enumerate(head, start=1):
        name = offered.get(heading) or offered.get(heading.lower())
        if name is None and heading:
            detail = _("the heading “%(heading)s” is unknown. The columns are: %(names)s.")
            values = {"heading": heading[:40], "names": ", ".join(columns)}
            errors.append(cell_error(field, line, column, "columns", detail % values))
        elif name in found.values():
            detail = _("the heading “%(heading)s” appears twice.") % {"heading": heading}
            errors.append(cell_error(field, line, column, "columns", detail))
        elif name:
            found[column] = name
    if missing := [name for name in needed if name not in found.values()]:
        names = ", ".join(f"{name} ({native[name]})" if name in native else name for name in missing)
        detail = _("Line %(line)d lacks the columns: %(names)s.") % {"line": line, "names": names}
        errors.append(FieldError(f"/{field}/{line}", "columns", detail))
    if errors:
        raise Invalid(errors)
    return found


def iso_text(text: str) -> str:
    """A day such as 2027/2/16 or 2027年2月16日, also with a time, in the form 2027-02-16 17:30; other texts as they
    are."""
    found = DAY.fullmatch(text.strip())
    if found is None:
        return text
    year, month, day, hour, minute = found.groups()
    at = f" {int(hour):02}:{minute}" if hour else ""
    return f"{year}-{int(month):02}-{int(day):02}{at}"


def parse_day(text: str) -> date:
    """Raises ValueError."""
    return date.fromisoformat(iso_text(text).removesuffix(" 00:00"))


def add_file_errors(form: forms.Form, invalid: Invalid) -> None:
    """Adds the first errors to the field that was sent, `file` or `text`."""
    field = "file" if form.files.get("file") else "text"
    for error in invalid.errors[:MOST_ERRORS]:
        form.add_error(field, error.detail)


class SheetForm(forms.Form):
    """A table as a file or as its text.

    `cleaned_data["csv"]` is the text, which a form for confirming it sends again. `read` is called with it
    and with the other fields, and may raise Invalid; what it returns is in `cleaned_data["rows"]`.
    """

    refused = 0  # the status of a table that was refused

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy("CSV or XLSX; of a workbook the first visible sheet is read."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )
    text = TextField(
        label=gettext_lazy("Or its text"),
        required=False,
        max_length=TABLE_BYTES,
        widget=forms.Textarea(attrs={"rows": 8}),
        strip=False,
    )

    def read(self, text: str, cleaned: dict[str, Any]) -> Any:
        """The rows of the text. Each form reads a table of its own; may raise Invalid."""
        raise NotImplementedError  # a form that forgets it fails at its first use, not with empty rows

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            cleaned["csv"] = read_submitted_text(cleaned)
            cleaned["rows"] = self.read(cleaned["csv"], cleaned)
        except Invalid as wrong:
            self.refused = wrong.status
            add_file_errors(self, wrong)
        return cleaned

    @property
    def status(self) -> int:
        """The status of the page that shows the form."""
        return (self.refused or 400) if self.errors else 200
