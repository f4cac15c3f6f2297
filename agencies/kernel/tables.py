"""Tables as CSV and XLSX files, without cells that a spreadsheet would run as a formula.

The workbook is written directly: sheets of texts need a dozen lines of XML and no library. A file consists of a
head, rows and a foot, so that long files can be written in pieces.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO
from xml.sax.saxutils import escape

from django.utils import timezone

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell that begins with one of these is run as a formula, even from a machine's report. Chinese spreadsheets accept
# the full-width forms too.
RUN = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
BOM = b"\xef\xbb\xbf"  # without this mark a spreadsheet misreads Chinese
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # characters that XML 1.0 does not allow
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # first date of the ZIP format; the same table gives the same file

Row = Sequence[object]
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_NAMES = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/styles.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>'
        "{sheets}</Types>"
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}<Relationship '
        'Id="styles" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" '
        'Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_SHEET}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/>'
        '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/></numFmts><fonts count="1"><font/></fonts>'
        '<fills count="1"><fill/></fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="3"><xf/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/>'
        "</cellXfs></styleSheet>"
    ),
}
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


TYPES = {"csv": CSV_TYPE, "xlsx": XLSX_TYPE}


def rows_in(form: str, rows: Iterable[Row]) -> bytes:
    """Returns rows as a piece of a file in this format."""
    return _xlsx_rows(rows) if form == "xlsx" else _csv_rows(rows)


def write_file(form: str, pieces: Iterable[bytes], file: IO[bytes], *, title: str) -> None:
    """Writes the pieces made by `rows_in` as a complete file."""
    if form == "xlsx":
        _write_workbook(pieces, file, title)
        return
    file.write(BOM)
    for piece in pieces:
        file.write(piece)


def csv_file(rows: Iterable[Row]) -> bytes:
    return _whole("csv", rows, "")


def xlsx_file(title: str, rows: Iterable[Row], *, second: tuple[str, Iterable[Row]] | None = None) -> bytes:
    """A workbook; `second` is the name and the rows of a further sheet, such as definitions."""
    file = io.BytesIO()
    more = {second[0]: _xlsx_rows(second[1])} if second else {}
    _write_workbook([_xlsx_rows(rows)], file, title, more)
    return file.getvalue()


def _whole(form: str, rows: Iterable[Row], title: str) -> bytes:
    file = io.BytesIO()
    write_file(form, [rows_in(form, rows)], file, title=title)
    return file.getvalue()


def _csv_rows(rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _xlsx_rows(rows: Iterable[Row]) -> bytes:
    """Writes every cell as an inline string, which is never a formula."""
    return "".join(f"<row>{''.join(_cell(cell) for cell in row)}</row>" for row in rows).encode()


_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


def _write_workbook(
    pieces: Iterable[bytes], file: IO[bytes], title: str, more: Mapping[str, bytes] | None = None
) -> None:
    """Writes a workbook with a sheet named `title`, and further sheets with their rows."""
    sheets: dict[str, Iterable[bytes]] = {title: pieces, **{name: [rows] for name, rows in (more or {}).items()}}
    numbers = range(1, len(sheets) + 1)
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{one}.xml" ContentType="{_SHEET_TYPE}"/>' for one in numbers
    )
    links = "".join(
        f'<Relationship Id="r{one}" Type="{_LINKS}/worksheet" Target="worksheets/sheet{one}.xml"/>' for one in numbers
    )
    named = "".join(
        f'<sheet name="{_sheet_name(name)}" sheetId="{one}" r:id="r{one}"/>'
        for one, name in zip(numbers, sheets, strict=True)
    )
    book = f'<workbook xmlns="{_SHEET}" xmlns:r="{_LINKS}"><sheets>{named}</sheets></workbook>'
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, content in {**_NAMES, "xl/workbook.xml": book}.items():
            whole = _HEAD + content.replace("{sheets}", types).replace("{links}", links)
            packed.writestr(zipfile.ZipInfo(path, FIRST_DAY), whole, zipfile.ZIP_DEFLATED)
        for one, rows in zip(numbers, sheets.values(), strict=True):
            _write_sheet(packed, f"xl/worksheets/sheet{one}.xml", rows)


def _sheet_name(title: str) -> str:
    return escape(re.sub(r"[\[\]:*?/\\]", " ", title)[:31], {'"': "&quot;"})


def _write_sheet(packed: zipfile.ZipFile, path: str, pieces: Iterable[bytes]) -> None:
    sheet = zipfile.ZipInfo(path, FIRST_DAY)
    sheet.compress_type = zipfile.ZIP_DEFLATED
    with packed.open(sheet, "w", force_zip64=True) as stream:
        stream.write(f'{_HEAD}<worksheet xmlns="{_SHEET}"><sheetData>'.encode())
        for piece in pieces:
            stream.write(piece)
        stream.write(b"</sheetData></worksheet>")


def moment_cell(moment: datetime | None) -> str:
    """Returns a time in Shanghai time, as on screen."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


def _harmless(cell: object) -> str:
    text = _text(cell)
    if _is_number(cell):
        return text
    return f"'{text}" if text.startswith(("\t", "\r", "\n")) or text.lstrip().startswith(RUN) else text


FIRST_SERIAL = date(1899, 12, 30).toordinal()  # day 0 of a workbook
DIGITS = 15  # of a number that a spreadsheet keeps; a longer one is a text


def _cell(cell: object) -> str:
    if isinstance(cell, datetime):
        at = timezone.localtime(cell)
        return f'<c s="1"><v>{at.toordinal() - FIRST_SERIAL + (at.hour * 60 + at.minute) / 1440:.6f}</v></c>'
    if isinstance(cell, date):
        return f'<c s="2"><v>{cell.toordinal() - FIRST_SERIAL}</v></c>'
    if _is_number(cell) and len(str(cell)) <= DIGITS:
        return f"<c><v>{cell}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(_text(cell))}</t></is></c>'


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | Decimal) and not isinstance(cell, bool)


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return moment_cell(cell)
    return "" if cell is None else UNPRINTABLE.sub("", str(cell))
