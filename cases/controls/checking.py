"""The form of a question to the control law."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.texts import TextField

from .forms import CountryField
from .matching import find
from .rulebook import Parameter, Rulebook
from .verdicts import Facts
from .words import FACTS, fact_label

BEFORE = "p_"  # before the names of parameters, which are not known in advance


class CheckForm(forms.Form):
    """A field for each parameter of the goods that the description, the codes or the HS code may mean is added."""

    description = TextField(
        label=FACTS["description"],
        max_length=2000,
        required=False,
        help_text=_("Name or chemical form, such as 氧化镝, gallium arsenide or Sb2O3."),
    )
    control_code = TextField(label=FACTS["control_code"], max_length=40, required=False)
    hs_code = forms.RegexField(
        r"^[0-9. ]{0,20}$",
        label=FACTS["hs_code"],
        required=False,
        help_text=_("An indication only."),
        error_messages={"invalid": _("An HS code has digits and dots.")},
    )
    destination = CountryField(label=FACTS["destination"], required=False)
    end_use = forms.ChoiceField(
        label=FACTS["end_use"],
        choices=[("unknown", _("Not known")), ("civil", _("Civil")), ("military", _("Military"))],
        required=False,
        help_text=_("Civil: neither the use nor the user is military."),
    )
    end_user = TextField(label=FACTS["end_user"], max_length=300, required=False)
    on = forms.DateField(
        label=_("Day of the export"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, data: Any = None, *, book: Rulebook) -> None:
        super().__init__(data, initial={"on": times.today})
        self.book = book
        for parameter in self._asked() if data else ():
            self.fields[BEFORE + parameter.name] = forms.DecimalField(
                label=fact_label(parameter.name, book), required=False, max_digits=20, decimal_places=8
            )

    def _asked(self) -> list[Parameter]:
        """The parameters of the goods that may be meant, each once."""
        typed = {name: str(self.data.get(name, ""))[:2000] for name in ("description", "control_code", "hs_code")}
        goods = [match.goods for match in find(self.book, given={}, **typed)]
        every = (one for some in goods for option in some.options for one in option)
        return list({one.name: one for one in every}.values())

    @property
    def facts(self) -> Facts:
        """Only of a valid form."""
        data = self.cleaned_data
        given: dict[str, Decimal] = {
            name.removeprefix(BEFORE): value
            for name, value in data.items()
            if name.startswith(BEFORE) and value is not None
        }
        return Facts(
            **{name: data[name] for name in ("description", "hs_code", "control_code", "destination", "end_user")},
            end_use=data["end_use"] or "unknown",
            parameters=given,
        )
