"""The form of the page that checks a name."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.kernel.texts import TextField

from .checking import MOST_NUMBERS


class CheckForm(forms.Form):
    name = TextField(
        label=gettext_lazy("Name of the party"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("In Chinese, pinyin, English or Cyrillic; with or without the legal form."),
    )
    numbers = TextField(
        label=gettext_lazy("Identifiers"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Such as a unified social credit code or IMO number; several separated by semicolons."),
    )
    address = TextField(label=gettext_lazy("Address"), max_length=300, required=False)

    def clean_numbers(self) -> list[str]:
        text: str = self.cleaned_data["numbers"].replace("；", ";")
        numbers = [part.strip() for part in text.split(";") if part.strip()]
        if len(numbers) > MOST_NUMBERS:
            raise forms.ValidationError(_("At most %(most)d at once."), code="max", params={"most": MOST_NUMBERS})
        return numbers

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(given.values()):
            self.add_error("name", _("Enter a name, an identifier or an address."))
        return given
