"""Reads the first visible sheets of an XLSX workbook. A separate program, so that a hostile workbook uses only its own
resources.

Usage: python -I foreign_workbook.py LIMITS < FILE

LIMITS is a JSON object, see `workbooks.LIMITS`. It writes one JSON object to standard output: {"sheets": {NAME: {LINE:
[TEXT, …]}}} with the lines that are not empty; {"wrong": [[LINE, COLUMN, CODE, TEXT], …], "sheet": NAME} with cells of
a sheet that cannot be read as the spreadsheet shows them; {"over": NAME} for a limit that was exceeded; or {"broken":
CLASS OF THE ERROR}. It limits its own memory and processor time first; beyond the limits it ends without an answer.
"""

import json
import re
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import islice
from typing import Any
from zipfile import ZipFile

from openpyxl import DEFUSEDXML
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import from_excel

CHUNK = 65_536
MOST_WRONG = 20
DIGITS = 15  # of a number that a spreadsheet keeps
# Numbers of the Chinese date and time formats, which a workbook uses without a definition.
CHINESE_FORMATS = {*range(27, 37), *range(50, 59)}
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
Place = tuple[int, int]


class EndOfReading(Exception):
    """The reading ends early; the argument is the answer."""


class UnreadableCell(Exception):
    """A cell cannot be read as it is shown; the arguments are a code and the text to name."""


class SheetReading:
    """The cells that were read of one sheet, and the running totals. `before` are the bytes of earlier sheets."""

    def __init__(self, name: str, limits: dict[str, int], before: int = 0) -> None:
        self.name = name
        self.limits = limits
        self.lines: dict[int, dict[int, str]] = {}
        self.wrong: list[tuple[int, int, str, str]] = []
        self.formulas: set[Place] = set()
        self.bytes = before

    def take(self, place: Place, cell: Any) -> None:
        if isinstance(cell.value, str) and len(cell.value) > self.limits["cell"]:
            self.refuse(place, "max_length")
            return
        try:
            text = text_of(cell)
        except UnreadableCell as why:
            self.refuse(place, *why.args)
            return
        if not text:
            return
        line, column = place
        if line > self.limits["lines"]:
            raise EndOfReading({"over": "lines"})
        if column > self.limits["columns"]:
            raise EndOfReading({"over": "columns"})
        cells = self.lines.setdefault(line, {})
        self.bytes += len(text.encode(errors="replace")) + max(column - max(cells, default=0), 0)
        if self.bytes > self.limits["bytes"]:
            raise EndOfReading({"over": "bytes"})
        cells[column] = text

    def refuse(self, place: Place, code: str, text: str = "") -> None:
        self.wrong.append((*place, code, text))
        if len(self.wrong) == MOST_WRONG:
            self.end()

    def end(self) -> None:
        if self.wrong:
            raise EndOfReading({"wrong": sorted(self.wrong), "sheet": self.name})

    def answer(self) -> dict[int, list[str]]:
        return {n: [row.get(c, "") for c in range(1, max(row) + 1)] for n, row in self.lines.items()}


def read(content: bytes, limits: dict[str, int]) -> dict[str, Any]:
    found: dict[str, dict[int, list[str]]] = {}
    total = 0
    try:
        refuse_bomb(content, limits["unpacked"])
        for number, (name, sheet, source) in enumerate(sheets_of(content, limits["sheets"], with_results=False)):
            reading = SheetReading(name, limits, total)
            read_sheet(sheet, source, reading)
            if reading.formulas:
                take_results(content, number, reading)
            reading.end()
            found[name], total = reading.answer(), reading.bytes
        if not found:
            raise ValueError("a workbook shows a sheet")
    except EndOfReading as early:
        answer: dict[str, Any] = early.args[0]
        return answer
    except MemoryError:
        return {"over": "memory"}
    except Exception as error:  # a hostile file may raise anything; the answer names it
        return {"broken": type(error).__name__}
    return {"sheets": found}


def read_sheet(sheet: Any, source: bytes, reading: SheetReading) -> None:
    for cells in MERGED.findall(source):
        column, line, *_end = range_boundaries(cells.decode())
        reading.refuse((line or 1, column or 1), "merged", cells.decode())
    for place, cell in cells_of(sheet):
        if cell.data_type == "f":
            reading.formulas.add(place)
        else:
            reading.take(place, cell)


def refuse_bomb(content: bytes, most: int) -> None:
    """Counts what the parts unpack to, not what their headers say; a header that is too small fails at the checksum."""
    with ZipFile(BytesIO(content)) as parts:
        for part in parts.infolist():
            with parts.open(part) as stream:
                while chunk := stream.read(CHUNK):
                    most -= len(chunk)
                    if most < 0:
                        raise EndOfReading({"over": "unpacked"})


def sheets_of(content: bytes, most: int, *, with_results: bool) -> Iterator[tuple[str, Any, bytes]]:
    """The first sheets that the workbook shows: name, sheet and source. A cell with a formula has its stored result, or
    the formula."""
    reader: Any = ExcelReader(BytesIO(content), read_only=True, data_only=with_results, keep_links=False)
    reader.read()
    visible = (
        (named, relation)
        for named, relation in reader.parser.find_sheets()
        if named.state == "visible" and relation.Type.endswith("/worksheet")
    )
    for named, relation in islice(visible, most):
        sheet = reader.wb[named.name]
        sheet.reset_dimensions()  # they may be wrong, and would cut the table
        yield named.name, sheet, reader.archive.read(relation.target)


def cells_of(sheet: Any) -> Iterator[tuple[Place, Any]]:
    for line, row in enumerate(sheet.iter_rows(), start=1):
        for column, cell in enumerate(row, start=1):
            if cell.value is not None or cell.data_type == "e":
                yield (line, column), cell


def take_results(content: bytes, number: int, reading: SheetReading) -> None:
    """Reads the stored results of formulas. One without a result was never calculated; an empty text is a result."""
    _name, sheet, _source = next(islice(sheets_of(content, number + 1, with_results=True), number, None))
    for line, row in enumerate(sheet.iter_rows(), start=1):
        for column, cell in enumerate(row, start=1):
            if (line, column) not in reading.formulas:
                continue
            if cell.value is not None:
                reading.take((line, column), cell)
            elif cell.data_type != "str":
                reading.refuse((line, column), "formula")


def text_of(cell: Any) -> str:
    """The cell as it is shown: a day as 2026-03-01, a time as 17:30. Raises UnreadableCell."""
    value = cell.value
    if cell.data_type == "e":
        raise UnreadableCell("error", str(value))
    if isinstance(value, str):
        return value.replace("_x000D_", "")  # how a workbook writes a carriage return
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int | float):
        if cell.style_array.numFmtId not in CHINESE_FORMATS:
            return number_text(value, cell.number_format or "")
        value = from_excel(value, cell.parent.parent.epoch)
    return time_text(value, cell.number_format or "")


def number_text(value: float, shown_as: str) -> str:
    """The fifteen digits that a spreadsheet keeps. Raises UnreadableCell for a longer number, whose last digits are
    lost."""
    if not abs(value) < 10**DIGITS:  # nor is it infinite or no number at all
        raise UnreadableCell("digits", "")
    number = Decimal(f"{value:.{DIGITS}g}")
    if shown_as.endswith("%"):
        return f"{(number * 100).normalize():f}%"
    text = f"{number.normalize():f}"
    return text.zfill(len(shown_as)) if re.fullmatch("0+", shown_as) else text


def time_text(value: Any, shown_as: str) -> str:
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02}"
    if isinstance(value, time):
        return value.isoformat("seconds" if value.second else "minutes")
    if not isinstance(value, datetime):
        return date.isoformat(value)
    rounded = (value + timedelta(milliseconds=500)).replace(microsecond=0)
    if rounded.time() == time() and "h" not in shown_as.lower():
        return rounded.strftime("%Y-%m-%d")
    return rounded.isoformat(" ", "seconds" if rounded.second else "minutes")


def main() -> None:
    limits = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_DATA, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not DEFUSEDXML:
        raise ImportError("defusedxml is needed")
    json.dump(read(sys.stdin.buffer.read(), limits), sys.stdout)


if __name__ == "__main__":
    main()
