"""A table of text that somebody sends as a file: read as a spreadsheet wrote it, refused at the right field."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from .limits import TABLE_CELL
from .refusals import FieldError, Invalid
from .texts import normal, refused_in
from .uploads import refuse_unclean

MOST_ERRORS = 20
# A spreadsheet that speaks Chinese writes "CSV" in GB 18030 (or GBK, which is part of it) unless told otherwise. The
# reader sees what was understood before anything is recorded.
ENCODINGS = ("utf-8-sig", "gb18030")
WORKBOOK = b"PK\x03\x04"


def text_sent(told: dict[str, Any], *, most: int) -> str:
    """The text of the form's `file`, or its `text` where there is none. Raises Invalid."""
    sent = told.get("file")
    if sent is None:
        return str(told.get("text") or "")
    if sent.size > most:
        detail = _("The file has more than %(most)d KB: send it in parts.") % {"most": most // 1000}
        raise Invalid.field("file", "size", detail)
    refuse_unclean(sent)
    return _decoded(sent.read())


def _decoded(content: bytes) -> str:
    if content.startswith(WORKBOOK):
        detail = _("This is a workbook. Save it in the spreadsheet as “CSV UTF-8” and send that file.")
        raise Invalid.field("file", "encoding", detail)
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if wrong := refused_in(text):
            raise Invalid.field("file", "character", wrong)
        return normal(text)
    raise Invalid.field("file", "encoding", _("This is no text. Save it in the spreadsheet as “CSV UTF-8”."))


def read_table(
    text: str, *, most: int, field: str = "file", lower: bool = False
) -> tuple[list[str], list[dict[Any, Any]]]:
    """The names of the columns and the rows of a CSV text; what stands beyond the last column is under None.

    `lower`: names of columns in small letters without spaces around. No more than `most` + 1 rows are read, so that the
    caller refuses what is more in its own words. Raises Invalid for what is no CSV and for cells that are too long.
    """
    reader = csv.DictReader(StringIO(text.lstrip("\ufeff").replace("\x00", ""), newline=""))
    try:
        header = [str(name or "") for name in reader.fieldnames or ()]
        if lower:
            header = [name.strip().lower() for name in header]
            reader.fieldnames = header
        rows = [row for _n, row in zip(range(most + 1), reader, strict=False)]
    except csv.Error as wrong:
        raise Invalid.field(field, "csv", _("This is no CSV: %(why)s.") % {"why": wrong}) from wrong
    long = [line for line, row in enumerate(rows, start=2) if any(_is_long(cell) for cell in row.values())]
    if long or any(map(_is_long, header)):
        detail = _("Line %(line)d: a cell has more than %(most)d characters.")
        raise Invalid(
            FieldError(f"/{field}", "max_length", detail % {"line": line, "most": TABLE_CELL}) for line in long or [1]
        )
    return header, rows


def _is_long(cell: str | Iterable[str] | None) -> bool:
    return any(len(part) > TABLE_CELL for part in ([cell] if isinstance(cell, str) else cell or ()))


def refuse(form: forms.Form, wrong: Invalid) -> None:
    """Each error beside what was sent, the file or the text; the first of them where there are many."""
    field = "file" if form.files.get("file") else "text"
    for error in wrong.errors[:MOST_ERRORS]:
        form.add_error(field, error.detail)
