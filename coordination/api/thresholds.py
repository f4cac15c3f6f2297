"""Watched figures over JSON: the list, and watching another one."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.permissions import FIGURES, actor_of
from agencies.kernel.strict import Strict
from coordination.insight.metrics.dimensions import TIMES
from coordination.insight.metrics.registry import DIMENSIONS, METRICS
from coordination.insight.thresholds.actions import watch_figure
from coordination.insight.thresholds.models import Threshold

from .views import ListView, thing_url, validated

FILTERS = [name for name in DIMENSIONS if name not in TIMES]


class WatchInput(Strict):
    """A figure, what it is limited to, and the value; of a share from 0 to 1. `over` is the period, which levels such
    as open cases do not need."""

    metric = serializers.ChoiceField(choices=list(METRICS))
    filters = serializers.DictField(child=serializers.CharField(max_length=80), required=False)
    comparison = serializers.ChoiceField(choices=Threshold.Comparison.choices)
    value = serializers.DecimalField(max_digits=18, decimal_places=4, min_value=0)
    over = serializers.ChoiceField(choices=Threshold.Over.choices, required=False)


class WatchedShape(serializers.ModelSerializer[Threshold]):
    class Meta:
        model = Threshold
        fields = ("id", "version", "state", "metric", "filters", "comparison", "value", "over")


class ThresholdsView(ListView):
    """The caller's own watched figures."""

    resource = "thresholds"
    permission = FIGURES
    docs = {
        **ListView.docs,
        "POST": _(
            "Watches a figure: the caller is notified when it crosses the value, and again only after it was back."
            " Figures of which the caller may not see everything are refused."
        ),
    }
    post_summary = _("Watch a figure")

    @extend_schema(request=WatchInput, responses={201: WatchedShape})
    def post(self, request: Request) -> Response:
        made = watch_figure(actor=actor_of(request), **validated(WatchInput, request))
        return self._answer(request, made)

    def made_by(self, response: Response) -> list[str]:
        return [str(response.data["id"])]

    def again(self, request: Request, made: list[str], *args: Any, **kwargs: Any) -> Response:
        return self._answer(request, self.registered.find(actor_of(request), UUID(made[0])))

    def _answer(self, request: Request, threshold: Threshold) -> Response:
        where = request.build_absolute_uri(thing_url(threshold))
        return Response(WatchedShape(threshold).data, status=201, headers={"Location": where})
