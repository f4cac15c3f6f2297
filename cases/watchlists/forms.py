"""What the page of the import asks."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.refusals import Invalid

from .sheet import Row, read_rows

MOST_BYTES = 1_000_000
MOST_ERRORS = 20


class SheetForm(forms.Form):
    """Entries as a file or as its text."""

    file = forms.FileField(
        label=_("File"), required=False, help_text=_("CSV, UTF-8."), widget=forms.FileInput(attrs={"accept": ".csv"})
    )
    text = forms.CharField(
        label=_("Or its text"),
        required=False,
        max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 12}),
        strip=False,
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        try:
            told["csv"] = self._text(told)
            told["rows"] = read_rows(told["csv"])
        except Invalid as wrong:
            for error in wrong.errors[:MOST_ERRORS]:
                self.add_error("text", error.detail)
        return told

    def _text(self, told: dict[str, Any]) -> str:
        sent = told.get("file")
        if sent is None:
            return str(told.get("text") or "")
        if sent.size > MOST_BYTES:
            raise Invalid.field("file", "size", gettext("The file is too large for a watch list."))
        try:
            return str(sent.read().decode("utf-8"))
        except UnicodeDecodeError as wrong:
            raise Invalid.field("file", "encoding", gettext("This is not UTF-8.")) from wrong

    def read(self) -> list[Row]:
        rows: list[Row] = self.cleaned_data["rows"]
        return rows
