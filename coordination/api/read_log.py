"""The read log over JSON, for auditors."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from agencies.kernel.paging import page_of
from agencies.kernel.permissions import AUDIT
from coordination.insight.audit.read_log_pages import DEFAULT_SORT, SORTS, ReadingFilter, lines
from coordination.insight.read_log.models import Reading

from . import shapes
from .inputs import paged
from .operations import Call, get
from .schema import filter_parameters, paging


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


@get(
    "readings/",
    "list",
    _("List who read what"),
    _("Who read what, when and from where, and what was refused. For auditors, in their session."),
    permission=AUDIT,
    query=lambda: [*filter_parameters(ReadingFilter), *paging(back=True)],
    answers=ReadingsShape,
)
def readings(call: Call) -> Any:
    """The read log, newest first."""
    cut = ReadingFilter(call.query, Reading.objects.visible_to(call.actor), actor=call.actor)
    page = page_of(cut.qs, call.query, sorts=SORTS, default=DEFAULT_SORT, size=call.size)
    return paged(call.request, page, lines(page.items))
