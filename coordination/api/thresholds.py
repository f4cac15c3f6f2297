"""Watched figures over JSON: the list, and watching another one."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from agencies.kernel.measures import TIMES
from agencies.kernel.permissions import FIGURES
from agencies.kernel.strict import Strict
from agencies.people.shapes import fields_of
from coordination.insight.metrics.registry import DIMENSIONS, METRICS
from coordination.insight.thresholds.actions import watch_figure
from coordination.insight.thresholds.models import Threshold

from .views import AddingView, ListView

FILTERS = [name for name in DIMENSIONS if name not in TIMES]


class WatchInput(Strict):
    """A figure, what it is limited to, and the value; of a share from 0 to 1. `over` is the period, which levels such
    as open cases do not need."""

    metric = serializers.ChoiceField(choices=list(METRICS))
    filters = serializers.DictField(child=serializers.CharField(max_length=80), required=False)
    comparison = serializers.ChoiceField(choices=Threshold.Comparison.choices)
    value = serializers.DecimalField(max_digits=18, decimal_places=4, min_value=0)
    over = serializers.ChoiceField(choices=Threshold.Over.choices, required=False)


WatchedShape = fields_of(
    *(Threshold, "id", "version", "state", "metric", "filters", "comparison", "value", "over"), name="WatchedShape"
)


class ThresholdsView(AddingView):
    """The caller's own watched figures."""

    resource = "thresholds"
    permission = FIGURES
    operations = {
        **ListView.operations,
        "POST": (
            "send",
            _("Watch a figure"),
            _(
                "Watches a figure: the caller is notified when it crosses the value, and again only after it was back."
                " Figures of which the caller may not see everything are refused."
            ),
        ),
    }

    accepts = WatchInput
    answer = WatchedShape
    add = staticmethod(watch_figure)
