"""The form of a question to the control law."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.spelled_fields import DayField
from agencies.kernel.texts import TextField

from .destinations import KNOWN, facts_of
from .forms import CountryField, RouteField
from .matching import find
from .rulebook import Parameter, Rulebook
from .terms import CheckFacts
from .words import END_USES, FACTS, MODES, NATURES, YES_NO, fact_label

BEFORE = "p_"  # before the names of parameters, which are not known in advance


def _choice(name: str, words: dict[str, Any], **more: Any) -> forms.ChoiceField:
    """A choice of which "not known" comes first."""
    choices = [("unknown" if name in KNOWN else "", _("Not known")), *words.items()]
    return forms.ChoiceField(label=FACTS[name], choices=choices, required=False, **more)


class CheckForm(forms.Form):
    """A field for each parameter of the goods that the description, the codes or the HS code may mean is added."""

    field_order = ("description", "control_code", "hs_code", "on")

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
    nature = _choice("nature", NATURES)
    origin = CountryField(label=FACTS["origin"], required=False)
    mode = _choice("mode", MODES, initial="export")
    consignee = TextField(label=FACTS["consignee"], max_length=300, required=False)
    consignee_country = CountryField(label=FACTS["consignee_country"], required=False)
    intermediate = RouteField(label=FACTS["intermediate"], required=False)
    destination = CountryField(
        label=FACTS["destination"], required=False, help_text=_("Where the goods finally go. By code or name.")
    )
    end_user = TextField(label=FACTS["end_user"], max_length=300, required=False)
    end_user_country = CountryField(
        label=FACTS["end_user_country"],
        required=False,
        help_text=_("The country that it belongs to, which need not be where it is."),
    )
    military = _choice("military", YES_NO)
    owner = TextField(
        label=FACTS["owner"], max_length=300, required=False, help_text=_("The party that holds a share in the user.")
    )
    owner_share = forms.DecimalField(
        label=FACTS["owner_share"], required=False, min_value=0, max_value=100, max_digits=7, decimal_places=4
    )
    end_use = _choice("end_use", END_USES)
    notice = _choice("notice", YES_NO, help_text=_("A risk to national security, or of mass destruction or terrorism."))
    on = DayField(label=_("Day of the export"))

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
        return self.book.asked_of(match.goods for match in find(self.book, given={}, **typed))

    @property
    def facts(self) -> CheckFacts:
        """Only of a valid form."""
        data = self.cleaned_data
        given: dict[str, Decimal] = {
            name.removeprefix(BEFORE): value
            for name, value in data.items()
            if name.startswith(BEFORE) and value is not None
        }
        return facts_of(data | {"parameters": given})
