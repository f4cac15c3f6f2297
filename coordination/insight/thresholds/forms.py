"""Form of a threshold."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coordination.insight.metrics.registry import METRICS

from .asking import PERCENT, UNITS
from .models import Threshold


class ThresholdForm(forms.Form):
    """Shares are entered in percent."""

    comparison = forms.ChoiceField(label=_("Notify me when it is"), choices=Threshold.Comparison.choices)
    value = forms.DecimalField(
        label=pgettext_lazy("threshold", "Value"), max_digits=16, decimal_places=2, min_value=Decimal(0)
    )
    over = forms.ChoiceField(label=pgettext_lazy("figures", "Period"), choices=Threshold.Over.choices, required=False)

    def __init__(self, *args: Any, metric: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.metric = metric
        unit = METRICS[metric].unit
        self.fields["value"].help_text = _("days") if unit == "days" else UNITS.get(unit, "")
        if METRICS[metric].better == "up":
            self.fields["comparison"].initial = Threshold.Comparison.BELOW
        if METRICS[metric].is_level:
            del self.fields["over"]

    @property
    def given(self) -> dict[str, Any]:
        """The answers as the action takes them."""
        found = dict(self.cleaned_data)
        if METRICS[self.metric].unit == "ratio":
            found["value"] = found["value"] / PERCENT
        return {name: value for name, value in found.items() if value != ""}
