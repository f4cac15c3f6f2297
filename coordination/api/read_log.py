"""The read log over JSON, for auditors."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.paging import page_of
from agencies.kernel.permissions import AUDIT, actor_of
from coordination.insight.audit.read_log_pages import DEFAULT_SORT, SORTS, ReadingFilter, lines
from coordination.insight.read_log.models import Reading

from . import shapes
from .schema import ResourceSchema, filter_parameters, paging
from .views import ApiView, next_url, size_of


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


class ReadingsSchema(ResourceSchema):
    def _verb(self) -> str:
        return "list"

    def get_summary(self) -> str:
        return str(_("List who read what"))

    def get_response_serializers(self) -> Any:
        rows = self.resolve_serializer(ReadingShape, "response").ref
        link = {"type": ["string", "null"], "format": "uri"}
        page = {"results": {"type": "array", "items": rows}, "next": link, "previous": link}
        return {200: {"type": "object", "properties": page, "required": list(page)}}


class ReadingsView(ApiView):
    """The read log, newest first."""

    docs = {"GET": _("Who read what, when and from where, and what was refused. For auditors, in their session.")}
    permission = AUDIT
    schema = ReadingsSchema()
    resource = "readings"
    http_method_names = ["get", "head"]

    def parameters(self, method: str) -> Sequence[OpenApiParameter]:
        return [*filter_parameters(ReadingFilter), *paging(back=True)]

    def get(self, request: Request) -> Response:
        actor, query = actor_of(request), request.query_params
        cut = ReadingFilter(query, Reading.objects.visible_to(actor), actor=actor)
        page = page_of(cut.qs, query, sorts=SORTS, default=DEFAULT_SORT, size=size_of(request))
        return Response(
            {
                "results": ReadingShape(lines(page.items), many=True).data,
                "next": next_url(request, after=page.next),
                "previous": next_url(request, before=page.previous),
            }
        )
