"""Tables that come as files: read as an office saves them; what is no table is refused with the cure."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.kernel.limits import TABLE_CELL
from agencies.kernel.refusals import FieldError, Invalid
from agencies.kernel.text_files import MOST_ERRORS, read_table, refuse, text_sent
from agencies.kernel.uploads import Verdict

LINE = "code,name\nEX-1,示例公司\n"


def told(content, verdict=Verdict()):  # noqa: B008  # a constant
    file = SimpleUploadedFile("list.csv", content)
    file.verdict = verdict
    return {"file": file, "text": "what stood in the box"}


def test_a_file_in_which_malware_was_found_is_refused_and_one_that_nobody_scanned_is_not_read():
    with pytest.raises(Invalid) as no:
        text_sent(told(LINE.encode(), Verdict(code="infected", detail="It is infected.")), most=1000)
    assert [(error.pointer, error.code) for error in no.value.errors] == [("/file", "infected")]
    with pytest.raises(RuntimeError, match="not scanned"):
        text_sent(told(LINE.encode(), None), most=1000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_file_is_read_as_a_spreadsheet_of_the_office_saved_it(encoding):
    assert text_sent(told(LINE.encode(encoding)), most=1000) == LINE


def test_without_a_file_the_box_counts():
    assert text_sent({"file": None, "text": LINE}, most=1) == LINE
    assert text_sent({}, most=1) == ""


@pytest.mark.parametrize(
    ("content", "cure"),
    [
        (b"PK\x03\x04 a workbook", "Save it in the spreadsheet as “CSV UTF-8”"),
        (b"\xff\xff\xff", "Save it in the spreadsheet as “CSV UTF-8”"),
        (b"x" * 2001, "more than 2 KB: send it in parts"),
    ],
)
def test_what_is_no_table_is_refused_at_the_file_with_the_cure(content, cure):
    with pytest.raises(Invalid) as refused:
        text_sent(told(content), most=2000)
    assert refused.value.errors[0].pointer == "/file"
    assert cure in refused.value.errors[0].detail


class SheetForm(forms.Form):
    file = forms.FileField(required=False)
    text = forms.CharField(required=False)


@pytest.mark.parametrize(("files", "field"), [({"file": b"x"}, "file"), ({}, "text")])
def test_errors_stand_beside_what_was_sent_and_are_not_endless(files, field):
    form = SheetForm({}, {name: SimpleUploadedFile("list.csv", content) for name, content in files.items()})
    assert form.is_valid()
    refuse(form, Invalid(FieldError("/text", "wrong", f"Line {n} is wrong.") for n in range(MOST_ERRORS + 5)))
    assert list(form.errors) == [field]
    assert len(form.errors[field]) == MOST_ERRORS


def test_a_table_is_read_by_the_names_of_its_columns():
    assert read_table("\ufeffcode,name\nEX-1,示例公司\n", most=10) == (
        ["code", "name"],
        [{"code": "EX-1", "name": "示例公司"}],
    )
    assert read_table(" Code ,NAME\n", most=10, lower=True)[0] == ["code", "name"]
    assert read_table("", most=10) == ([], [])


def test_no_more_rows_are_read_than_tell_that_there_are_too_many():
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
def test_a_cell_has_an_end(text, code):
    with pytest.raises(Invalid) as no:
        read_table(text, most=10, field="rows")
    assert [(error.pointer, error.code) for error in no.value.errors] == [("/rows", code)]
