"""Forms of the routing pages that are not actions of the workflow."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.kernel.errors import Invalid
from agencies.kernel.text_files import add_file_errors, read_submitted_text
from agencies.kernel.texts import TextField

from .models import RuleSet
from .spreadsheet import Row, read_rows

MOST_BYTES = 400_000


class SheetForm(forms.Form):
    """Rules of a version as a file or as text. `rows` are the parsed rules, `text` is shown for confirmation."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("CSV file from a spreadsheet."),
        widget=forms.FileInput(attrs={"accept": ".csv"}),
    )
    text = TextField(
        label=_("Or its text"),
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        strip=False,
    )

    def __init__(self, *args: Any, rule_set: RuleSet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule_set = rule_set

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        try:
            data["csv"] = read_submitted_text(data, most=MOST_BYTES)
            data["rows"] = read_rows(data["csv"], self.rule_set)
        except Invalid as wrong:
            add_file_errors(self, wrong)
        return data

    def read(self) -> list[Row]:
        rows: list[Row] = self.cleaned_data["rows"]
        return rows
