"""Form for publishing a playbook."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.kernel.text_files import SheetForm
from agencies.kernel.texts import TextField

from .reading import StepRow, read_steps


class PublishForm(SheetForm):
    """The steps as a file or, in the second step, as text.

    `version` is the version they were compared with.
    """

    field_order = ("because", "file", "text", "version")

    because = TextField(label=_("Changes and reasons"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    version = forms.IntegerField(min_value=0, max_value=30_000, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("The CSV file exported here and edited in a spreadsheet, as CSV or XLSX.")

    def read(self, text: str, cleaned: dict[str, Any]) -> list[StepRow]:
        return read_steps(text)

    def again(self, version: int) -> dict[str, Any]:
        """Data for the second step: a browser cannot send the same file twice."""
        return {"because": self.cleaned_data["because"], "text": self.cleaned_data["csv"], "version": version}
