"""The read log over JSON, for auditors."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import CharField, DateTimeField, IntegerField, UUIDField

from agencies.kernel.paging import page_of
from agencies.kernel.permissions import AUDIT
from agencies.kernel.shapes import Shape
from agencies.people.shapes import AgencyShape
from coordination.insight.audit.read_log_pages import DEFAULT_SORT, SORTS, ReadingFilter, lines
from coordination.insight.read_log.models import ReadRecord

from . import shapes
from .operations import Call, get
from .schema import filter_parameters, paging


class ReadingShape(Shape):
    """One row of the read log: ids, a route and a time; a refusal has no id."""

    id = UUIDField(source="reading.pk")
    at = DateTimeField(source="reading.at")
    actor_kind = CharField(source="reading.actor_kind")
    actor = CharField(source="who")
    agency = AgencyShape(allow_null=True)
    address = CharField(source="reading.address")
    route = CharField(source="reading.route")
    object_kind = CharField(source="reading.object_kind")
    object_id = UUIDField(source="reading.object_id", allow_null=True)
    status = IntegerField(source="reading.status")
    terms = CharField(source="reading.terms")


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
    cut = ReadingFilter(call.query, ReadRecord.objects.visible_to(call.actor), actor=call.actor)
    page = page_of(cut.qs, call.query, sorts=SORTS, default=DEFAULT_SORT, size=call.size)
    return call.paged(page, lines(page.items))
