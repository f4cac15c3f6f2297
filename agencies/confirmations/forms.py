"""Forms of the confirmation pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.texts import PasswordField, TextField
from agencies.organisations.beside import beside
from agencies.organisations.models import Agency
from agencies.people.forms import day_field
from agencies.people.passwords import HELP


class DeclareForm(forms.Form):
    """`agencies` are those the actor may declare. A single one is preselected."""

    agency = forms.ModelChoiceField(label=_("Agency"), queryset=Agency.objects.none(), to_field_name="code")
    signs_in = forms.ChoiceField(
        label=_("Effective from"),
        choices=[("1", _("it uses the system and records its own steps")), ("0", _("it no longer uses the system"))],
    )
    paper = TextField(label=_("Number of the agency's paper"), max_length=200)
    starts_on = day_field(_("First day"), _("Today or later. Earlier records remain closed to others."))
    reason = TextField(label=_("Note"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, agencies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agency: Any = self.fields["agency"]
        agency.queryset = agencies
        self.fields["starts_on"].required = True
        self.initial.setdefault("starts_on", times.today())
        if len(agencies) == 1:
            self.initial["agency"] = agencies[0].code

    def clean_signs_in(self) -> bool:
        return bool(self.cleaned_data["signs_in"] == "1")


class BesideForm(forms.Form):
    """`agencies` are those whose bodies the actor may name. An empty answer leaves a blank in the papers."""

    agency = forms.ModelChoiceField(label=_("Agency"), queryset=Agency.objects.none(), to_field_name="code")
    procuratorate = TextField(
        label=_("Procuratorate of the same level"),
        max_length=100,
        required=False,
        help_text=_("Full Chinese names, as papers print them. Empty: the paper leaves a blank to be filled in."),
    )
    reconsideration = TextField(label=_("Reconsideration agency"), max_length=100, required=False)
    court = TextField(label=_("Court"), max_length=100, required=False)
    paper = TextField(label=_("Number of the paper that shows this"), max_length=200)
    reason = TextField(label=_("Note"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, agencies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agency: Any = self.fields["agency"]
        agency.queryset = agencies
        if len(agencies) == 1:
            self.initial.update(agency=agencies[0].code, **beside(agencies[0]).as_answers)


class StartForm(forms.Form):
    reason = TextField(
        label=_("Reason"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The second person reads it before confirming."),
    )


class FinishForm(forms.Form):
    """The new password. The two secrets come from two people: the link that opened the page, and the code."""

    code = TextField(
        label=_("Code from the second person"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    password = PasswordField(label=_("New password"), help_text=HELP)
    again = PasswordField(label=_("New password again"))

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password"):
            raise forms.ValidationError(_("The two passwords differ. Enter the same one twice."), code="differ")
        return again
