"""Workbooks that people send: read as the spreadsheet shows them, or refused at their line and column.

A hostile workbook costs a separate process the memory and the processor time that it is given, and no more.
"""

import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime, time
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from xlsxwriter import Workbook

from agencies.kernel import limits
from agencies.kernel.errors import Invalid, TooLarge
from agencies.kernel.text_files import read_submitted_text, read_table
from agencies.kernel.uploads import Verdict
from agencies.kernel.workbooks import DEFUSED, LIMITS, PROGRAM, read_workbook

SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATED = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
PARTS = {"sheet": "xl/worksheets/sheet1.xml", "texts": "xl/sharedStrings.xml", "styles": "xl/styles.xml"}
PARTS |= {"book": "xl/workbook.xml"}


def made(fill: Callable[[Any, Any], None], **options: Any) -> bytes:
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True, **options}) as book:
        fill(book, book.add_worksheet())
    return file.getvalue()


def written(*rows: list[Any], form: str = "", **options: Any) -> bytes:
    """A workbook with these rows, all cells in one format."""

    def fill(book: Any, sheet: Any) -> None:
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row, book.add_format({"num_format": form}) if form else None)

    return made(fill, **options)


def rewritten(**parts: str) -> bytes:
    """A workbook with other parts."""
    out = io.BytesIO()
    others = {PARTS[name]: content for name, content in parts.items()}
    with (
        zipfile.ZipFile(io.BytesIO(written(["a"]))) as held,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in held.namelist():
            packed.writestr(name, others.get(name) or held.read(name))
    return out.getvalue()


def sheet(rows: str, after: str = "", before: str = "") -> str:
    return f"{before}<worksheet {SPACE}><sheetData>{rows}</sheetData>{after}</worksheet>"


def cell(content: str, kind: str = "", style: int = 0, place: str = "B2") -> bytes:
    """A workbook with one cell, as programs write it."""
    typed = f' t="{kind}"' if kind else ""
    line = place[-1]
    return rewritten(sheet=sheet(f'<row r="{line}"><c r="{place}"{typed} s="{style}">{content}</c></row>'))


def styled(number: int) -> str:
    """Styles of which the second shows a number in a format by its number alone."""
    return f'<styleSheet {SPACE}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="{number}"/></cellXfs></styleSheet>'


def only(content: bytes) -> str:
    [cells] = read_workbook(content).values()
    [text] = [cell for cell in cells if cell]
    return text


AT = datetime(2027, 2, 16, 17, 30)  # noqa: DTZ001 - a workbook knows no zones
DAY = datetime(2027, 2, 16)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (written(["中文"]), "中文"),
        (written([" =1+1"], strings_to_formulas=False), " =1+1"),
        (written([8110101000]), "8110101000"),
        (written([99.99]), "99.99"),
        (written([0.1 + 0.2]), "0.3"),
        (cell("<v>99.989999999999995</v>"), "99.99"),
        (written([123456789012345]), "123456789012345"),
        (written([101210000], form="0000000000"), "0101210000"),
        (written([0.995], form="0.0%"), "99.5%"),
        (written([True]), "1"),
        (written([DAY], form="yyyy-mm-dd"), "2027-02-16"),
        (written([DAY], form='yyyy"年"m"月"d"日"'), "2027-02-16"),
        (written([AT], form="yyyy-mm-dd hh:mm"), "2027-02-16 17:30"),
        (written([AT], form="yyyy-mm-dd hh:mm", date_1904=True), "2027-02-16 17:30"),
        (written([DAY], form="yyyy-mm-dd", date_1904=True), "2027-02-16"),
        (written([DAY], form="yyyy-mm-dd hh:mm"), "2027-02-16 00:00"),
        (written([time(17, 30)], form="hh:mm"), "17:30"),
        (rewritten(styles=styled(31), sheet=sheet('<row r="1"><c r="A1" s="1"><v>46434</v></c></row>')), "2027-02-16"),
        (
            rewritten(styles=styled(22), sheet=sheet('<row r="1"><c r="A1" s="1"><v>46434.72916666</v></c></row>')),
            "2027-02-16 17:30",
        ),
        (cell("<f>1+1</f><v>2</v>"), "2"),
        (cell("<f>A1</f><v>shown</v>", "str"), "shown"),
        (cell("<is><r><t>镓</t></r><r><t>锭</t></r></is>", "inlineStr"), "镓锭"),
    ],
)
def test_a_cell_is_read_as_the_spreadsheet_shows_it(content: bytes, text: str) -> None:
    assert only(content) == text


def test_a_formula_that_shows_nothing_is_an_empty_cell() -> None:
    assert read_workbook(cell("<f>A1</f><v></v>", "str")) == {}


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (cell("<v>#N/A</v>", "e"), "error", "Line 2, column B: the cell shows the error #N/A."),
        (cell("<f>A1/0</f><v>#DIV/0!</v>", "e"), "error", "#DIV/0!"),
        (cell("<f>A1</f>"), "formula", "Line 2, column B: the formula has no result."),
        (cell("<f>A1</f><v/>"), "formula", "Line 2, column B: the formula has no result."),
        (cell("<v>530120261000000001</v>"), "digits", "Line 2, column B: a spreadsheet keeps only 15 digits"),
        (cell("<v>5.3012026100000003E+17</v>"), "digits", "Line 2, column B: a spreadsheet keeps only 15 digits"),
        (cell(f"<v>{'1' * 4000}</v>"), "digits", "Line 2, column B"),
        (cell("<v>1e999</v>"), "digits", "Line 2, column B"),
        (
            cell(f"<is><t>{'x' * (limits.TABLE_CELL + 1)}</t></is>", "inlineStr", place="AB3"),
            "max_length",
            f"Line 3, column AB: the cell has more than {limits.TABLE_CELL} characters.",
        ),
        (
            rewritten(
                sheet=sheet(
                    '<row r="1"><c r="A1"><v>1</v></c></row>', '<mergeCells><mergeCell ref="A2:A4"/></mergeCells>'
                )
            ),
            "merged",
            "Line 2, column A: the cells A2:A4 are merged.",
        ),
    ],
)
def test_a_cell_that_cannot_be_read_rightly_is_refused_by_line_and_column(
    content: bytes, code: str, words: str
) -> None:
    with pytest.raises(Invalid) as no:
        read_workbook(content)
    assert (no.value.status, [error.code for error in no.value.errors]) == (400, [code])
    assert words in no.value.errors[0].detail


@pytest.mark.slow
def test_lines_keep_the_numbers_that_the_spreadsheet_shows() -> None:
    rows = '<row r="3"><c r="B3"><v>1</v></c></row><row r="1048576"><c r="A1048576" s="0"/></row>'
    for size in ("A1:A2", "A1:XFD1048576"):  # what a sheet says about its size may be wrong
        content = rewritten(sheet=sheet(rows).replace("<sheetData>", f'<dimension ref="{size}"/><sheetData>'))
        assert read_workbook(content) == {3: ["", "1"]}
    file: Any = SimpleUploadedFile("table.xlsx", written(["code"], [], [], ["x", "lost"]))
    file.verdict = Verdict()
    with pytest.raises(Invalid, match="Line 4, column B: the cell has no heading above it"):
        read_table(read_submitted_text({"file": file}), ["code"], most=10)


def test_the_first_visible_sheet_is_read() -> None:
    def fill(book: Any, first: Any) -> None:
        first.write(0, 0, "hidden")
        second = book.add_worksheet("shown")
        second.write(0, 0, "shown")
        second.activate()
        second.set_first_sheet()
        first.hide()

    assert only(made(fill)) == "shown"


# Hostile -------------------------------------------------------------------------------------------------------------
def shared(text: str, times: int) -> bytes:
    """One shared text in many cells."""
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, times + 1))
    return rewritten(texts=f"<sst {SPACE}><si><t>{text}</t></si></sst>", sheet=sheet(cells))


def lying() -> bytes:
    """A part that unpacks to a thousand times what its header says."""
    size, other = (number.to_bytes(4, "little") for number in (30_000_000, 30_000))
    return rewritten(sheet=" " * 30_000_000).replace(size, other)


def laughing(entity: str) -> bytes:
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>&c;</t></is></c></row>'
    return rewritten(sheet=sheet(rows, before=f"<!DOCTYPE x [{entity}]>"))


LAUGHS = '<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">'
ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'
SHEETS = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, 50_000))
WIDE = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 5_000))
WIDE_EMPTY = "".join(f'<row r="{n}"><c r="XFD{n}" s="0"/></row>' for n in range(1, 20_000))
MERGES = '<mergeCell ref="A1:XFD1048576"/>'
HOSTILE: dict[str, tuple[Callable[[], bytes], set[int]]] = {
    "one text of a megabyte in 2,000 cells": (lambda: shared("x" * 1_000_000, 2_000), {400}),
    "the longest text in 2,000 cells": (lambda: shared("x" * limits.TABLE_CELL, 2_000), {413}),
    "a million texts": (
        lambda: rewritten(texts=f"<sst {SPACE}>{'<si><t>x</t></si>' * 1_000_000}</sst>"),
        {413},
    ),
    "two million empty lines": (lambda: rewritten(sheet=sheet("<row/>" * 2_000_000)), {413}),
    "half a million cells in a line": (
        lambda: rewritten(sheet=sheet(f"<row>{'<c><v>1</v></c>' * 500_000}</row>")),
        {413},
    ),
    "a line far below": (lambda: rewritten(sheet=sheet('<row r="1048576"><c><v>1</v></c></row>')), {413}),
    "a line that no sheet has": (lambda: rewritten(sheet=sheet('<row r="99999999999"><c><v>1</v></c></row>')), {413}),
    "a column far to the right": (lambda: rewritten(sheet=sheet(WIDE)), {413}),
    "empty cells far to the right": (lambda: rewritten(sheet=sheet(WIDE_EMPTY)), {413}),
    "deep elements": (lambda: rewritten(sheet=sheet("<a>" * 500_000 + "</a>" * 500_000)), {400, 413}),
    "deep texts": (
        lambda: rewritten(texts=f"<sst {SPACE}>{'<si>' * 200_000}{'</si>' * 200_000}</sst>"),
        {400, 413},
    ),
    "a bomb": (lambda: rewritten(sheet=" " * 100_000_000), {413}),
    "a header that lies": (lying, {400}),
    "entities": (lambda: laughing(LAUGHS), {400}),
    "an entity from a file": (lambda: laughing('<!ENTITY c SYSTEM "file:///etc/passwd">'), {400}),
    "a million styles": (
        lambda: rewritten(styles=f"<styleSheet {SPACE}><cellXfs>{'<xf/>' * 1_000_000}</cellXfs></styleSheet>"),
        {400, 413},
    ),
    "fifty thousand sheets": (
        lambda: rewritten(book=f"<workbook {SPACE} {RELATED}><sheets>{SHEETS}</sheets></workbook>"),
        {400, 413},
    ),
    "merged cells without number": (
        lambda: rewritten(sheet=sheet(ONE, f"<mergeCells>{MERGES * 200_000}</mergeCells>")),
        {400, 413},
    ),
    "a text that is not there": (lambda: cell("<v>99</v>", "s"), {400}),
    "no archive": (lambda: b"PK\x03\x04 no archive", {400}),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "seconds", 1)
    make, statuses = HOSTILE[name]
    with pytest.raises(Invalid) as no:
        read_workbook(make())
    assert no.value.status in statuses
    assert no.value.errors[0].pointer.startswith("/file")
    assert not isinstance(no.value, TooLarge) or re.search(r"\d", no.value.errors[0].detail), "the limit is named"


MEASURED = """
import resource, subprocess, sys
program, limits, path = sys.argv[1:]
with open(path, "rb") as file:
    subprocess.run([sys.executable, "-I", program, limits], stdin=file, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, env={"OPENPYXL_LXML": "False"}, check=False)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.slow
def test_no_hostile_workbook_takes_more_than_a_hundred_megabytes(tmp_path: Any) -> None:
    if sys.platform != "linux":
        pytest.skip("the unit of this measure is that of Linux")
    assert LIMITS["seconds"] < 3
    assert DEFUSED == {"OPENPYXL_LXML": "False"}
    for name in ("two million empty lines", "a million texts", "half a million cells in a line", "deep elements"):
        path = tmp_path / "table.xlsx"
        path.write_bytes(HOSTILE[name][0]())
        command = [sys.executable, "-c", MEASURED, str(PROGRAM), json.dumps(LIMITS), str(path)]
        done = subprocess.run(command, capture_output=True, check=True)
        assert int(done.stdout) < 100_000, name  # kilobytes


def test_entities_are_refused_by_the_parser_of_openpyxl() -> None:
    assert openpyxl.DEFUSEDXML
