"""Form of the penalty calculator."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.controls.models import PenaltyRule

from .penalties import RangeFigures
from .powers import grounds

SUM: dict[str, Any] = {"required": False, "min_value": 0, "max_digits": 18, "decimal_places": 2}


class PenaltyForm(forms.Form):
    """Provisions, figures and ground. Filled from the URL, so that a calculation can be shared."""

    rules = forms.ModelMultipleChoiceField(
        PenaltyRule.objects.all(), to_field_name="code", label=_("Provisions"), widget=forms.CheckboxSelectMultiple
    )
    turnover = forms.DecimalField(label=_("Illegal turnover (CNY)"), help_text=_("Empty: unknown. 0: none."), **SUM)
    gains = forms.DecimalField(label=_("Illegal gains (CNY)"), **SUM)
    goods_value = forms.DecimalField(label=_("Value of the goods (CNY)"), **SUM)
    serious = forms.BooleanField(label=_("Serious circumstances"), required=False)
    ground = forms.ChoiceField(label=_("Ground of leniency"), required=False, choices=lambda: [("", "—"), *grounds()])
    fine = forms.DecimalField(label=_("Fine considered (CNY)"), **SUM)

    @property
    def figures(self) -> RangeFigures:
        data = self.cleaned_data
        return RangeFigures(data["turnover"], data["gains"], data["goods_value"], data["serious"])
