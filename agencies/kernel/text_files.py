"""Tables sent as text files: read as spreadsheets write them, with errors reported at the right field."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .errors import FieldError, Invalid
from .limits import TABLE_CELL
from .texts import TextField, character_error, normalise_text
from .uploads import refuse_unclean
from .workbooks import read_workbook

MOST_ERRORS = 20
# A Chinese spreadsheet writes CSV in GB 18030 (or GBK, a subset) by default. The reader sees the result before anything
# is recorded.
ENCODINGS = ("utf-8-sig", "gb18030")
WORKBOOK = b"PK\x03\x04"


def read_submitted_text(cleaned: dict[str, Any], *, most: int, workbooks: bool = False) -> str:
    """Returns the text of `file`, or of `text` if there is no file. With `workbooks`, the first sheet of an XLSX file
    is returned as CSV. Raises Invalid."""
    file = cleaned.get("file")
    if file is None:
        return str(cleaned.get("text") or "")
    if file.size > most:
        detail = _("The file has more than %(most)d KB: send it in parts.") % {"most": most // 1000}
        raise Invalid.field("file", "size", detail)
    refuse_unclean(file)
    content = file.read()
    return _of_workbook(content) if workbooks and content.startswith(WORKBOOK) else _decoded(content)


def _of_workbook(content: bytes) -> str:
    text = StringIO()
    csv.writer(text).writerows(row or [""] for row in read_workbook(content))
    if wrong := character_error(text.getvalue()):
        raise Invalid.field("file", "character", wrong)
    return normalise_text(text.getvalue())


def _decoded(content: bytes) -> str:
    if content.startswith(WORKBOOK):
        detail = _("This is a workbook. Save it in the spreadsheet program as “CSV UTF-8” and send that file.")
        raise Invalid.field("file", "encoding", detail)
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if wrong := character_error(text):
            raise Invalid.field("file", "character", wrong)
        return normalise_text(text)
    raise Invalid.field(
        "file", "encoding", _("This is not a text file. Save it in the spreadsheet program as “CSV UTF-8”.")
    )


def read_table(
    text: str, *, most: int, field: str = "file", lower: bool = False
) -> tuple[list[str], list[dict[Any, Any]]]:
    """Returns the column names and the rows of a CSV text. Cells beyond the last column are under None.

    `lower` converts column names to lower case and strips spaces. At most `most` + 1 rows are read, so that the caller
    can report too many rows. Raises Invalid for text that is no CSV and for cells that are too long.
    """
    reader = csv.DictReader(StringIO(text.lstrip("\ufeff").replace("\x00", ""), newline=""))
    try:
        header = [str(name or "") for name in reader.fieldnames or ()]
        if lower:
            header = [name.strip().lower() for name in header]
            reader.fieldnames = header
        rows = [row for _n, row in zip(range(most + 1), reader, strict=False)]
    except csv.Error as wrong:
        raise Invalid.field(field, "csv", _("This is not a CSV file: %(why)s.") % {"why": wrong}) from wrong
    long = [line for line, row in enumerate(rows, start=2) if any(_is_long(cell) for cell in row.values())]
    if long or any(map(_is_long, header)):
        detail = _("Line %(line)d: a cell has more than %(most)d characters.")
        raise Invalid(
            FieldError(f"/{field}", "max_length", detail % {"line": line, "most": TABLE_CELL}) for line in long or [1]
        )
    return header, rows


def _is_long(cell: str | Iterable[str] | None) -> bool:
    return any(len(part) > TABLE_CELL for part in ([cell] if isinstance(cell, str) else cell or ()))


def add_file_errors(form: forms.Form, invalid: Invalid) -> None:
    """Adds the first errors to the field that was sent, `file` or `text`."""
    field = "file" if form.files.get("file") else "text"
    for error in invalid.errors[:MOST_ERRORS]:
        form.add_error(field, error.detail)


class SheetForm(forms.Form):
    """A table as a file or as its text, of at most `most_bytes`; with `workbooks` also the first sheet of a workbook.

    `cleaned_data["csv"]` is the text, which a form for confirming it sends again. `read` is called with it
    and with the other fields, and may raise Invalid; what it returns is in `cleaned_data["rows"]`.
    """

    most_bytes = 1_000_000
    workbooks = False

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy("CSV file from a spreadsheet."),
        widget=forms.FileInput(attrs={"accept": ".csv"}),
    )
    text = TextField(
        label=gettext_lazy("Or its text"),
        required=False,
        max_length=most_bytes,
        widget=forms.Textarea(attrs={"rows": 12}),
        strip=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.workbooks:
            self.fields["file"].help_text = _("CSV or XLSX; of a workbook the first sheet is read.")
            self.fields["file"].widget.attrs["accept"] = ".csv,.xlsx"

    def read(self, text: str, cleaned: dict[str, Any]) -> Any:
        """The rows of the text. Each form reads a table of its own; may raise Invalid."""
        raise NotImplementedError  # a form that forgets it fails at its first use, not with empty rows

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            cleaned["csv"] = read_submitted_text(cleaned, most=self.most_bytes, workbooks=self.workbooks)
            cleaned["rows"] = self.read(cleaned["csv"], cleaned)
        except Invalid as wrong:
            add_file_errors(self, wrong)
        return cleaned
