"""Tables as CSV and XLSX files, without cells that a spreadsheet would run as a formula.

The first row is the head. Rows after an empty one are notes below the table.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from django.utils import timezone
from xlsxwriter import Workbook

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell that begins with one of these is run as a formula, even from a machine's report. Chinese spreadsheets accept
# the full-width forms too.
RUN = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
BOM = b"\xef\xbb\xbf"  # without this mark a spreadsheet misreads Chinese
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # characters that XML 1.0 does not allow
DIGITS = 15  # of a number that a spreadsheet keeps; a longer one is a text
FIRST_YEAR = 1900  # of the dates of a workbook; an earlier one is a text
MOST_TEXT = 32_767  # characters of a cell of a workbook
NARROWEST, WIDEST = 8, 60  # width of a column in digits

Row = Sequence[object]

TYPES = {"csv": CSV_TYPE, "xlsx": XLSX_TYPE}


def write_file(form: str, rows: Iterable[Row], file: IO[bytes], *, title: str, folder: Path | None = None) -> None:
    """Writes the rows as a file in this format. With a folder, the rows of a long workbook wait there and not in
    memory."""
    if form == "xlsx":
        options = {"constant_memory": True, "tmpdir": str(folder)} if folder else {"in_memory": True}
        with Workbook(file, options) as book:
            _write_sheet(book, title, rows)
        return
    file.write(BOM)
    for row in rows:
        file.write(csv_rows([row]))


def csv_file(rows: Iterable[Row]) -> bytes:
    return BOM + csv_rows(rows)


def csv_rows(rows: Iterable[Row]) -> bytes:
    """Rows as a piece of a CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def xlsx_file(title: str, rows: Iterable[Row], *, second: tuple[str, Iterable[Row]] | None = None) -> bytes:
    """A workbook; `second` is the name and the rows of a further sheet without a head, such as definitions."""
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        _write_sheet(book, title, rows)
        if second:
            _write_sheet(book, *second, has_head=False)
    return file.getvalue()


def book_file(sheets: Iterable[tuple[str, Iterable[Row]]]) -> bytes:
    """A workbook of several tables with a head each, by the names of their sheets."""
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        for title, rows in sheets:
            _write_sheet(book, title, rows)
    return file.getvalue()


def _write_sheet(book: Any, title: str, rows: Iterable[Row], *, has_head: bool = True) -> None:
    """Writes every text as a text, which is never a formula or a link."""
    sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31].strip(" '"))
    head = book.add_format({"bold": True, "bottom": 1})
    day, moment = (book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm"))
    widths: dict[int, int] = {}
    in_table = True
    for line, row in enumerate(rows):
        in_table = in_table and bool(row)
        for column, cell in enumerate(row):
            text = _text(cell)
            if isinstance(cell, date) and cell.year >= FIRST_YEAR:
                sheet.write_datetime(line, column, _naive(cell), moment if isinstance(cell, datetime) else day)
            elif _is_number(cell) and len(text) <= DIGITS:
                sheet.write_number(line, column, cell)
            elif text:
                sheet.write_string(line, column, text[:MOST_TEXT], head if has_head and line == 0 else None)
            if in_table:
                widths[column] = max(widths.get(column, NARROWEST), min(_width(text) + 2, WIDEST))
    for column, width in widths.items():
        sheet.set_column(column, column, width)
    if has_head:
        sheet.freeze_panes(1, 0)


def _naive(cell: date) -> date:
    """A time in Shanghai time, to the minute, as on screen: a workbook knows no zones."""
    return (
        timezone.localtime(cell).replace(tzinfo=None, second=0, microsecond=0) if isinstance(cell, datetime) else cell
    )


def _width(text: str) -> int:
    """The longest line; a Chinese character is as wide as two digits."""
    return max(sum(1 + (unicodedata.east_asian_width(one) in "WF") for one in part) for part in text.split("\n"))


def moment_cell(moment: datetime | None) -> str:
    """Returns a time in Shanghai time, as on screen."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


def _harmless(cell: object) -> str:
    text = _text(cell)
    if _is_number(cell):
        return text
    return f"'{text}" if text.startswith(("\t", "\r", "\n")) or text.lstrip().startswith(RUN) else text


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | Decimal) and not isinstance(cell, bool)


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return moment_cell(cell)
    return "" if cell is None else UNPRINTABLE.sub("", str(cell))
