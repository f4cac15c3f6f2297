"""Tables as people send them: encodings, workbooks, archives, headings in any language, and clear refusals."""

import io
from contextlib import suppress
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.kernel import large_tables
from agencies.kernel.errors import Invalid, TooLarge
from agencies.kernel.large_tables import read_large_table
from agencies.kernel.tables import csv_file, xlsx_file
from agencies.kernel.uploads import Verdict
from coordination.automation.imports.kinds import KINDS
from coordination.automation.imports.lead_columns import COLUMNS
from coordination.automation.imports.mapping import propose, sheets_by_code
from tests import stories

TABLE = [["线索编号", "标题", "涉嫌方名称"], ["R-1", "镓", "宁波甲公司"], ["R-2", "锗", "=1+1"]]


def file_of(content: bytes, name: str = "t.csv") -> SimpleUploadedFile:
    file = SimpleUploadedFile(name, content)
    file.verdict = Verdict()  # type: ignore[attr-defined]  # set by the scan of a request
    return file


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (csv_file(TABLE), "utf-8-sig"),
        (csv_file(TABLE).removeprefix(b"\xef\xbb\xbf"), "utf-8-sig"),
        (csv_file(TABLE).decode("utf-8-sig").encode("gb18030"), "gb18030"),
        (csv_file(TABLE).decode("utf-8-sig").encode("gbk"), "gb18030"),
        (xlsx_file("线索", TABLE), "xlsx"),
    ],
)
def test_the_same_table_is_read_from_each_form(content, encoding):
    read = read_large_table(file_of(content))
    [sheet] = read.sheets
    assert read.encoding == encoding
    assert sheet.headings == TABLE[0]
    assert [list(cells.values()) for cells in sheet.lines.values()] == TABLE[1:], "a formula is the text that was sent"
    assert list(sheet.lines) == [2, 3]


def test_an_archive_holds_one_csv_file_for_each_sheet():
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("案件.csv", csv_file([["编号"], ["1"]]))
        archive.writestr("folder/当事人.csv", csv_file([["名称"], ["甲"]]).decode("utf-8-sig").encode("gb18030"))
    read = read_large_table(file_of(packed.getvalue(), "t.zip"), sheets=5)
    assert [(sheet.name, list(sheet.lines)) for sheet in read.sheets] == [("案件", [2]), ("当事人", [2])]
    with pytest.raises(Invalid, match="at most 1 CSV"):
        read_large_table(file_of(packed.getvalue(), "t.zip"))


def test_names_in_an_archive_of_chinese_windows_are_read():
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("aaaa.csv", csv_file([["编号"], ["1"]]))
    content = packed.getvalue().replace(b"aaaa.csv", "案件.csv".encode("gbk"))
    [sheet] = read_large_table(file_of(content, "t.zip"), sheets=2).sheets
    assert sheet.name == "案件"


def test_two_files_of_one_name_in_an_archive_are_refused_and_those_of_macos_ignored():
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("2025/案件.csv", csv_file([["编号"], ["1"]]))
        archive.writestr("__MACOSX/2025/._案件.csv", b"Mac OS X")
    assert [sheet.name for sheet in read_large_table(file_of(packed.getvalue()), sheets=2).sheets] == ["案件"]
    with ZipFile(packed, "a") as archive:
        archive.writestr("2026/案件.csv", csv_file([["编号"], ["2"]]))
    with pytest.raises(Invalid, match="two files with the name “案件”"):
        read_large_table(file_of(packed.getvalue()), sheets=2)


def test_a_damaged_archive_is_refused_wherever_it_is_damaged():
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("案件.csv", csv_file([["编号"], *([str(n)] for n in range(200))]))
    content = packed.getvalue()
    for place in range(0, len(content), 7):
        damaged = content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]
        with suppress(Invalid):
            read_large_table(file_of(damaged), sheets=2)


def test_a_broken_byte_is_named_by_its_line_and_never_read_as_another_encoding():
    lines = csv_file([["编号", "标题"], ["1", "镓"], ["2", "锗"]]).decode("utf-8-sig")
    for content in (
        lines.encode("gb18030").replace("锗".encode("gb18030"), b"\xff\xff"),
        b"\xef\xbb\xbf" + lines.encode().replace("锗".encode(), b"\xe9\x94\xe9"),
    ):
        with pytest.raises(Invalid, match="Line 3 is no text"):
            read_large_table(file_of(content))


def test_every_visible_sheet_of_a_workbook_is_read_where_the_kind_has_several():
    content = xlsx_file("案件", [["编号"], ["1"]], second=("当事人", [["名称"], ["甲"], ["乙"]]))
    names = [(sheet.name, len(sheet.lines)) for sheet in read_large_table(file_of(content), sheets=9).sheets]
    assert names == [("案件", 1), ("当事人", 2)]
    assert [sheet.name for sheet in read_large_table(file_of(content)).sheets] == ["案件"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["a", "a"], ["1", "2"]], "twice"),
        ([["a", ""], ["1", "2"]], "no heading above"),
        ([["a" * 201], ["1"]], "more than 200 characters"),
        ([["a"], []], "no lines below"),
        ([], "no lines below"),
    ],
)
def test_a_table_without_clear_headings_or_lines_is_refused(rows, words):
    with pytest.raises(Invalid, match=words):
        read_large_table(file_of(csv_file(rows)))


def test_limits_are_named(monkeypatch):
    monkeypatch.setattr(large_tables, "LARGE_TABLE_ROWS", 2)
    with pytest.raises(TooLarge, match="2 lines"):
        read_large_table(file_of(csv_file([["a"], ["1"], ["2"], ["3"]])))
    monkeypatch.setattr(large_tables, "LARGE_TABLE_FILE", 1 << 20)
    with pytest.raises(TooLarge, match="1 MiB"):
        read_large_table(file_of(b"a" * (1 << 20) + b"a"))


def test_a_small_archive_cannot_fill_the_memory(monkeypatch):
    monkeypatch.setattr(large_tables, "LARGE_TABLE_BYTES", 100_000)
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name in ("a.csv", "b.csv"):
            archive.writestr(name, b"a\n" + b"1\n" * 40_000)
    assert len(packed.getvalue()) < 1_000
    with pytest.raises(TooLarge, match="100 KB"):
        read_large_table(file_of(packed.getvalue()), sheets=2)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00\x01", b"PK\x03\x04 no archive", b"a\x00b\n1\n"])
def test_what_is_no_table_is_refused_with_the_remedy(content):
    with pytest.raises(Invalid) as no:
        read_large_table(file_of(content))
    assert no.value.errors[0].pointer.startswith("/file")


@pytest.mark.parametrize("names", ["key", "zh", "en"])
def test_headings_in_chinese_english_and_of_the_api_are_proposed(names):
    kind, headings = KINDS["leads"], [getattr(column, names) for column in COLUMNS]
    read = read_large_table(stories.table_file([headings, ["x"] * len(headings)]))
    [(code, sheet)] = sheets_by_code(kind, read).items()
    assert propose(kind, {code: sheet.headings}, {})[code] == {one.key: getattr(one, names) for one in COLUMNS}


def test_no_name_is_of_two_columns():
    """Else a heading would be proposed for the wrong one."""
    names = [name for column in COLUMNS for name in {column.key, column.zh, column.en, *column.also}]
    assert sorted({name for name in names if names.count(name) > 1}) == []
