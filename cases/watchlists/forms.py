"""Form of the import page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.kernel.errors import Invalid
from agencies.kernel.text_files import add_file_errors, read_submitted_text
from agencies.kernel.texts import TextField

from .spreadsheet import Row, read_rows

MOST_BYTES = 1_000_000


class SheetForm(forms.Form):
    """Entries as a file or as its text."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("CSV file from a spreadsheet."),
        widget=forms.FileInput(attrs={"accept": ".csv"}),
    )
    text = TextField(
        label=_("Or its text"),
        required=False,
        max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 12}),
        strip=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            cleaned["csv"] = read_submitted_text(cleaned, most=MOST_BYTES)
            cleaned["rows"] = read_rows(cleaned["csv"])
        except Invalid as wrong:
            add_file_errors(self, wrong)
        return cleaned

    def read(self) -> list[Row]:
        rows: list[Row] = self.cleaned_data["rows"]
        return rows
