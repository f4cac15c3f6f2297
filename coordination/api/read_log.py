"""The read log over JSON, for auditors."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.paging import page_of
from agencies.kernel.permissions import AUDIT, actor_of
from coordination.insight.audit.read_log_pages import DEFAULT_SORT, SORTS, ReadingFilter, lines
from coordination.insight.read_log.models import Reading

from . import shapes
from .schema import filter_parameters, paging
from .views import ApiView, paged, size_of


class ReadingShape(shapes.Shape[Any]):
    """One row of the read log: ids, a route and a time; a refusal has no id."""

    id = serializers.UUIDField(source="reading.pk")
    at = serializers.DateTimeField(source="reading.at")
    actor_kind = serializers.CharField(source="reading.actor_kind")
    actor = serializers.CharField(source="who")
    agency = shapes.AgencyShape(allow_null=True)
    address = serializers.CharField(source="reading.address")
    route = serializers.CharField(source="reading.route")
    object_kind = serializers.CharField(source="reading.object_kind")
    object_id = serializers.UUIDField(source="reading.object_id", allow_null=True)
    status = serializers.IntegerField(source="reading.status")
    terms = serializers.CharField(source="reading.terms")


class ReadingsShape(shapes.TwoWayPageShape):
    results = ReadingShape(many=True)


class ReadingsView(ApiView):
    """The read log, newest first."""

    operations = {
        "GET": (
            "list",
            _("List who read what"),
            _("Who read what, when and from where, and what was refused. For auditors, in their session."),
        )
    }
    permission = AUDIT
    resource = "readings"

    def parameters(self, method: str) -> Sequence[OpenApiParameter]:
        return [*filter_parameters(ReadingFilter), *paging(back=True)]

    @extend_schema(responses=ReadingsShape)
    def get(self, request: Request) -> Response:
        actor, query = actor_of(request), request.query_params
        cut = ReadingFilter(query, Reading.objects.visible_to(actor), actor=actor)
        page = page_of(cut.qs, query, sorts=SORTS, default=DEFAULT_SORT, size=size_of(request))
        return Response(ReadingsShape(paged(request, page, lines(page.items))).data)
