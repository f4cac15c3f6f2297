"""Tables from files: read in the encodings of office software; other files are refused with the remedy."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.limits import TABLE_BYTES, TABLE_CELL, TABLE_COLUMNS
from agencies.kernel.text_files import (
    MOST_ERRORS,
    SheetForm,
    add_file_errors,
    iso_text,
    parse_day,
    read_submitted_text,
    read_table,
)
from agencies.kernel.uploads import Verdict

LINE = "code,name\nEX-1,示例公司\n"


def form_data(content, verdict=Verdict()):  # noqa: B008  # a constant
    file = SimpleUploadedFile("list.csv", content)
    file.verdict = verdict
    return {"file": file, "text": "text of the box"}


def test_an_infected_file_is_refused_and_an_unscanned_one_is_not_read():
    with pytest.raises(Invalid) as no:
        read_submitted_text(form_data(LINE.encode(), Verdict(code="infected", detail="It is infected.")))
    assert [(error.pointer, error.code) for error in no.value.errors] == [("/file", "infected")]
    with pytest.raises(RuntimeError, match="not scanned"):
        read_submitted_text(form_data(LINE.encode(), None))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_file_is_read_in_the_encodings_of_office_spreadsheets(encoding):
    assert read_submitted_text(form_data(LINE.encode(encoding))) == LINE


def test_the_text_box_is_read_without_a_file():
    assert read_submitted_text({"file": None, "text": LINE}) == LINE
    assert read_submitted_text({}) == ""


@pytest.mark.parametrize(
    ("content", "status", "cure"),
    [
        (b"PK\x03\x04 a workbook", 400, "Save it in the spreadsheet program as “CSV UTF-8”"),
        (b"\xff\xff\xff", 400, "Save the table in the spreadsheet program as “CSV UTF-8”"),
        (b"x" * (TABLE_BYTES + 1), 413, "more than 1000 KB: send it in parts"),
    ],
)
def test_a_file_without_a_table_is_refused_with_the_remedy(content, status, cure):
    with pytest.raises(Invalid) as refused:
        read_submitted_text(form_data(content))
    assert (refused.value.status, refused.value.errors[0].pointer) == (status, "/file")
    assert cure in refused.value.errors[0].detail


class PlainForm(forms.Form):
    file = forms.FileField(required=False)
    text = forms.CharField(required=False)


@pytest.mark.parametrize(("files", "field"), [({"file": b"x"}, "file"), ({}, "text")])
def test_errors_are_shown_at_the_input_and_limited_in_number(files, field):
    form = PlainForm({}, {name: SimpleUploadedFile("list.csv", content) for name, content in files.items()})
    assert form.is_valid()
    add_file_errors(form, Invalid(FieldError("/text", "wrong", f"Line {n} is wrong.") for n in range(MOST_ERRORS + 5)))
    assert list(form.errors) == [field]
    assert len(form.errors[field]) == MOST_ERRORS


class NamesForm(SheetForm):
    def read(self, text, cleaned):
        return read_table(text, ["name"], most=2)


@pytest.mark.parametrize(
    ("text", "status"), [("name\nx\n", 200), ("name\n", 400), ("name\nx\ny\nz\n", 413), ("name\n\x00", 400)]
)
def test_the_page_of_a_form_says_what_kind_of_refusal_it_is(text, status):
    assert NamesForm({"text": text}).status == status


def test_a_table_is_read_by_the_names_of_its_columns_and_lines_have_the_numbers_of_the_spreadsheet():
    assert read_table("\ufeffcode,name\nEX-1,示例公司\n", ["code", "name"], most=10) == (
        {"code": "code", "name": "name"},
        {2: {"code": "EX-1", "name": "示例公司"}},
    )
    headings, lines = read_table(" NAME ,代码\n示例公司,'=1\n", ["code", "name"], also={"代码": "code"}, most=10)
    assert headings == {"name": "NAME", "code": "代码"}
    assert lines == {2: {"name": "示例公司", "code": "=1"}}
    text = '\n"",\nname\n\n"two\nlines"\n,\nlast\n'
    assert list(read_table(text, ["name"], most=2)[1]) == [5, 7]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("code,colour\n1,red\n", "Line 1, column B: the heading “colour” is unknown. The columns are: code, name."),
        ("code,name,Code\n1,2,3\n", "Line 1, column C: the heading “Code” appears twice."),
        ("code,代码\n1,2\n", "Line 1, column B: the heading “代码” appears twice."),
        ("name\nx\n", "Line 1 lacks the columns: code (代码)."),
        ("", "Line 1 lacks the columns: code (代码)."),
        ("code\n1\n2,lost\n", "Line 3, column B: the cell has no heading above it."),
        ("code,,name\n1,lost,2\n", "Line 2, column B: the cell has no heading above it."),
        ("code\n\n", "The table has no lines below its headings."),
    ],
)
def test_headings_that_are_not_understood_are_refused_by_line_and_column(text, words):
    with pytest.raises(Invalid) as no:
        read_table(text, ["code", "name"], needed=["code"], also={"代码": "code"}, most=10)
    assert (no.value.status, [error.detail for error in no.value.errors]) == (400, [words])


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("a,b\n1," + "x" * (TABLE_CELL + 1), 400, "Line 2, column B: the cell has more than"),
        ("x" * (TABLE_CELL + 1), 400, "Line 1, column A: the cell has more than"),
        ("a\n1\n" + "x" * 200_000, 400, "Line 3: this is not CSV"),
        ("a\n" + "1\n" * 11, 413, "more than 10 lines"),
        ("a" + "," * TABLE_COLUMNS + "b\n", 413, f"more than {TABLE_COLUMNS} columns"),
    ],
)
def test_a_table_beyond_the_limits_is_refused(text, status, words):
    with pytest.raises(Invalid, match=words) as no:
        read_table(text, ["a", "b"], most=10, field="rows")
    assert (no.value.status, len(no.value.errors)) == (status, 1)
    assert no.value.errors[0].pointer.startswith("/rows")


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2027/2/16", "2027-02-16"),
        ("2027年2月16日", "2027-02-16"),
        ("2027.02.16", "2027-02-16"),
        ("2027-02-16", "2027-02-16"),
        ("2027/2/16 8:30", "2027-02-16 08:30"),
        ("2027年2月16日17时30分", "2027-02-16 17:30"),
        ("2027-02-16T17:30", "2027-02-16 17:30"),
        ("2027-02-16 17:30:00", "2027-02-16 17:30"),
        ("16.2.2027", "16.2.2027"),
        ("2/16/2027", "2/16/2027"),
        ("soon", "soon"),
    ],
)
def test_a_day_is_read_as_chinese_spreadsheets_write_it(text, iso):
    assert iso_text(text) == iso


def test_a_day_with_midnight_is_a_day_and_one_with_another_time_is_not():
    assert parse_day("2027/2/16 0:00").isoformat() == "2027-02-16"
    for text in ("2027/2/16 8:30", "2027/2/30", "16.2.2027", ""):
        with pytest.raises(ValueError, match=r"out of range|Invalid"):
            parse_day(text)
