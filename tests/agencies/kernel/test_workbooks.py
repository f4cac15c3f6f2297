"""The first sheet of a workbook as texts, as an administrator sees them in the spreadsheet."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest

from agencies.kernel.errors import Invalid
from agencies.kernel.tables import xlsx_file
from agencies.kernel.workbooks import MOST_ROWS, read_workbook

SHEET = "xl/worksheets/sheet1.xml"
OFFICE = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1"><v>99.989999999999995</v></c></row>'
    '<row r="3"><c r="B3" t="s"><v>1</v></c></row></sheetData></worksheet>'
)
TEXTS = (
    '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>code</t></si>'
    "<si><r><t>镓</t></r><r><t>锭</t></r></si></sst>"
)


def rewritten(**parts: str) -> bytes:
    """A workbook of ours with other parts, as office programs write them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx_file("t", [["x"]]))) as held, zipfile.ZipFile(out, "w") as made:
        for name in held.namelist():
            made.writestr(name, parts.pop("sheet", "") if name == SHEET and "sheet" in parts else held.read(name))
        if "texts" in parts:
            made.writestr("xl/sharedStrings.xml", parts["texts"])
    return out.getvalue()


def test_texts_numbers_and_dates_are_read_as_they_are_shown() -> None:
    row = ["=1+1", Decimal("8110101000"), Decimal("99.999"), date(2026, 11, 10), None]
    assert read_workbook(xlsx_file("t", [row])) == [["=1+1", "8110101000", "99.999", "2026-11-10", ""]]


def test_cells_and_rows_that_are_missing_keep_their_place() -> None:
    assert read_workbook(rewritten(sheet=OFFICE, texts=TEXTS)) == [["code", "", "99.99"], [], ["", "镓锭"]]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 no archive", "workbook"),
        (rewritten(sheet='<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'), "workbook"),
        (rewritten(sheet=OFFICE), "workbook"),  # its shared texts are missing
        (rewritten(sheet=OFFICE.replace('r="3"', f'r="{MOST_ROWS + 1}"'), texts=TEXTS), "rows"),
        (rewritten(sheet=" " * 20_000_001), "size"),
    ],
)
def test_a_workbook_that_cannot_be_read_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as no:
        read_workbook(content)
    assert [error.code for error in no.value.errors] == [code]
