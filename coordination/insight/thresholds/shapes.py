"""Watched figures over JSON."""

from typing import Any

from rest_framework.serializers import CharField, ChoiceField, DecimalField, DictField

from agencies.kernel.strict import Strict
from agencies.people.shapes import fields_of
from coordination.insight.metrics.registry import METRICS

from .models import Threshold


class WatchInput(Strict):
    """A figure, what it is limited to, and the value; of a share from 0 to 1. `over` is the period, which levels such
    as open cases do not need."""

    filters = DictField(child=CharField(max_length=80), required=False)
    comparison = ChoiceField(choices=Threshold.Comparison.choices)
    value = DecimalField(max_digits=18, decimal_places=4, min_value=0)
    over = ChoiceField(choices=Threshold.Over.choices, required=False)

    def get_fields(self) -> dict[str, Any]:
        """The figures are those of all nouns, which are known after this class."""
        return {"metric": ChoiceField(choices=list(METRICS)), **super().get_fields()}


WatchedShape = fields_of(
    *(Threshold, "id", "version", "state", "metric", "filters", "comparison", "value", "over"), name="WatchedShape"
)
