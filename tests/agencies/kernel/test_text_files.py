"""Tables from files: read in the encodings of office software; other files are refused with the remedy."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.limits import TABLE_CELL
from agencies.kernel.text_files import MOST_ERRORS, add_file_errors, read_submitted_text, read_table
from agencies.kernel.uploads import Verdict

LINE = "code,name\nEX-1,示例公司\n"


def form_data(content, verdict=Verdict()):  # noqa: B008  # a constant
    file = SimpleUploadedFile("list.csv", content)
    file.verdict = verdict
    return {"file": file, "text": "text of the box"}


def test_an_infected_file_is_refused_and_an_unscanned_one_is_not_read():
    with pytest.raises(Invalid) as no:
        read_submitted_text(form_data(LINE.encode(), Verdict(code="infected", detail="It is infected.")), most=1000)
    assert [(error.pointer, error.code) for error in no.value.errors] == [("/file", "infected")]
    with pytest.raises(RuntimeError, match="not scanned"):
        read_submitted_text(form_data(LINE.encode(), None), most=1000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_file_is_read_in_the_encodings_of_office_spreadsheets(encoding):
    assert read_submitted_text(form_data(LINE.encode(encoding)), most=1000) == LINE


def test_the_text_box_is_read_without_a_file():
    assert read_submitted_text({"file": None, "text": LINE}, most=1) == LINE
    assert read_submitted_text({}, most=1) == ""


@pytest.mark.parametrize(
    ("content", "cure"),
    [
        (b"PK\x03\x04 a workbook", "Save it in the spreadsheet program as “CSV UTF-8”"),
        (b"\xff\xff\xff", "Save it in the spreadsheet program as “CSV UTF-8”"),
        (b"x" * 2001, "more than 2 KB: send it in parts"),
    ],
)
def test_a_file_without_a_table_is_refused_with_the_remedy(content, cure):
    with pytest.raises(Invalid) as refused:
        read_submitted_text(form_data(content), most=2000)
    assert refused.value.errors[0].pointer == "/file"
    assert cure in refused.value.errors[0].detail


class SheetForm(forms.Form):
    file = forms.FileField(required=False)
    text = forms.CharField(required=False)


@pytest.mark.parametrize(("files", "field"), [({"file": b"x"}, "file"), ({}, "text")])
def test_errors_are_shown_at_the_input_and_limited_in_number(files, field):
    form = SheetForm({}, {name: SimpleUploadedFile("list.csv", content) for name, content in files.items()})
    assert form.is_valid()
    add_file_errors(form, Invalid(FieldError("/text", "wrong", f"Line {n} is wrong.") for n in range(MOST_ERRORS + 5)))
    assert list(form.errors) == [field]
    assert len(form.errors[field]) == MOST_ERRORS


def test_a_table_is_read_by_the_names_of_its_columns():
    assert read_table("\ufeffcode,name\nEX-1,示例公司\n", most=10) == (
        ["code", "name"],
        [{"code": "EX-1", "name": "示例公司"}],
    )
    assert read_table(" Code ,NAME\n", most=10, lower=True)[0] == ["code", "name"]
    assert read_table("", most=10) == ([], [])


def test_only_one_row_above_the_limit_is_read():
    assert len(read_table("a\n" + "1\n" * 100, most=10)[1]) == 11


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a,b\n1," + "x" * (TABLE_CELL + 1), "max_length"),
        ("a\n1,2," + "x" * (TABLE_CELL + 1), "max_length"),
        ("x" * (TABLE_CELL + 1), "max_length"),
        ("a\n" + "x" * 200_000, "csv"),
        ("x" * 200_000 + "\n1", "csv"),
    ],
)
def test_a_cell_that_is_too_long_is_refused(text, code):
    with pytest.raises(Invalid) as no:
        read_table(text, most=10, field="rows")
    assert [(error.pointer, error.code) for error in no.value.errors] == [("/rows", code)]
