"""Forms of licences: the table, and the question about a number."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.kernel import text_files, times
from agencies.kernel.spelled_fields import DayField
from agencies.kernel.texts import TextField
from cases.casefile.licensing import DeclaredUse
from cases.controls.forms import CountryField

from .spreadsheet import LicenceRow, read_rows


class SheetForm(text_files.SheetForm):
    """Licences as a file or as its text."""

    def read(self, text: str, cleaned: dict[str, Any]) -> list[LicenceRow]:
        return read_rows(text)


class LicenceCheckForm(forms.Form):
    """The declaration that names the licence. Only what is given is compared."""

    number = TextField(label=_("Number of the licence"), max_length=40)
    on = DayField(label=_("Day of the declaration"), initial=times.today)
    holder = TextField(label=_("Exporter"), max_length=300, required=False)
    uscc = TextField(label=_("Unified social credit code"), max_length=40, required=False)
    destination = CountryField(label=_("Final destination"), required=False)
    end_user = TextField(label=_("End user"), max_length=300, required=False)
    control_code = TextField(label=_("Control code"), max_length=40, required=False)

    @property
    def asked(self) -> DeclaredUse:
        """Only of a valid form."""
        return DeclaredUse(**self.cleaned_data)
