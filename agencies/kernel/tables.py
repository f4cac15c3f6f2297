"""A table as a file for a spreadsheet: CSV and XLSX, with nothing in it that a spreadsheet would take for a formula.

The workbook is written by hand: one sheet of texts needs a dozen lines of XML, and no library beside them.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from xml.sax.saxutils import escape

from django.http import HttpResponse
from django.utils import timezone

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell that begins so is run as a formula, also one that came from a report of some machine.
RUN = ("=", "+", "-", "@", "\t", "\r")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what XML 1.0 cannot hold
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of the ZIP format: the same table is the same file

Row = Sequence[object]
_NAMES = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def csv_file(rows: Iterable[Row]) -> bytes:
    """UTF-8 with its mark, without which a spreadsheet reads Chinese as something else."""
    text = io.StringIO()
    csv.writer(text).writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def xlsx_file(title: str, rows: Iterable[Row]) -> bytes:
    """One sheet, every cell a text: in an inline string nothing is ever a formula."""
    told = "".join(f"<row>{''.join(_cell(cell) for cell in row)}</row>" for row in rows)
    name = escape(re.sub(r"[\[\]:*?/\\]", " ", title)[:31], {'"': "&quot;"})
    parts = {
        **_NAMES,
        "xl/workbook.xml": (
            f'<workbook xmlns="{_SHEET}" xmlns:r="{_LINKS}"><sheets><sheet name="{name}" sheetId="1" r:id="r1"/>'
            "</sheets></workbook>"
        ),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_SHEET}"><sheetData>{told}</sheetData></worksheet>',
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, content in parts.items():
            packed.writestr(zipfile.ZipInfo(path, FIRST_DAY), _HEAD + content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def file_answer(form: str, rows: Iterable[Row], *, name: str, title: str) -> HttpResponse:
    """The table as a download `name`.csv or `name`.xlsx, the latter with its sheet called `title`."""
    if form == "xlsx":
        answer = HttpResponse(xlsx_file(title, rows), content_type=XLSX_TYPE)
    else:
        answer = HttpResponse(csv_file(rows), content_type=CSV_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


def moment_cell(moment: datetime | None) -> str:
    """Shanghai time, as on screen."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


def _harmless(cell: object) -> str:
    text = _text(cell)
    return f"'{text}" if text.startswith(RUN) else text


def _cell(cell: object) -> str:
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(_text(cell))}</t></is></c>'


def _text(cell: object) -> str:
    return "" if cell is None else UNPRINTABLE.sub("", str(cell))
