"""Form for publishing a playbook."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.kernel.errors import Invalid
from agencies.kernel.text_files import add_file_errors, read_submitted_text
from agencies.kernel.texts import TextField

from .reading import COLUMNS, read_steps

MOST_BYTES = 1_000_000


class PublishForm(forms.Form):
    """The steps as a file or, in the second step, as text.

    `version` is the version they were compared with.
    """

    because = TextField(label=_("Changes and reasons"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    file = forms.FileField(
        label=_("File"), required=False, help_text=_("The CSV file exported here and edited in a spreadsheet.")
    )
    text = TextField(
        label=_("Or its text"), required=False, max_length=MOST_BYTES, widget=forms.Textarea(attrs={"rows": 12})
    )
    version = forms.IntegerField(min_value=0, max_value=30_000, widget=forms.HiddenInput())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        try:
            data["text"] = read_submitted_text(data, most=MOST_BYTES) or ",".join(COLUMNS)
            data["rows"] = read_steps(data["text"])
        except Invalid as wrong:
            add_file_errors(self, wrong)
        return data

    def again(self, version: int) -> dict[str, Any]:
        """Data for the second step: a browser cannot send the same file twice."""
        return {"because": self.cleaned_data["because"], "text": self.cleaned_data["text"], "version": version}
