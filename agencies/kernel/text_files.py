"""A table of text that somebody sends as a file: read as a spreadsheet wrote it, refused at the right field."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from .refusals import Invalid

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
    return _decoded(sent.read())


def _decoded(content: bytes) -> str:
    if content.startswith(WORKBOOK):
        detail = _("This is a workbook. Save it in the spreadsheet as “CSV UTF-8” and send that file.")
        raise Invalid.field("file", "encoding", detail)
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid.field("file", "encoding", _("This is no text. Save it in the spreadsheet as “CSV UTF-8”."))


def refuse(form: forms.Form, wrong: Invalid) -> None:
    """Each error beside what was sent, the file or the text; the first of them where there are many."""
    field = "file" if form.files.get("file") else "text"
    for error in wrong.errors[:MOST_ERRORS]:
        form.add_error(field, error.detail)
