"""Queues over JSON: the same queries as on the page, with the number of rows in each."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel import times
from agencies.kernel.open_items import WorklistLine
from agencies.kernel.permissions import STAFF, actor_of
from agencies.kernel.resource import RESOURCE_OF_KIND
from agencies.kernel.shapes import shown
from agencies.work.reading import DeskReader
from coordination.automation.routing.choices import PRIORITY_CODES
from coordination.automation.routing.models import Priority
from coordination.workspace import deadline_calendar, queues
from coordination.workspace.waiting import QUEUES

from . import shapes
from .schema import paging
from .views import ApiView, next_url, size_of

KINDS = [kind for kind, resource in RESOURCE_OF_KIND.items() if resource.open_items]


class QueueShape(shapes.Shape[Any]):
    """One queue; above 1,000 rows `count` is 1001 and means "more"."""

    queue = serializers.ChoiceField(choices=list(QUEUES), source="value")
    title = serializers.CharField(source="label")
    count = serializers.IntegerField()


class QueueRow(shapes.Shape[Any]):
    """One open item. `agency` waits for it; for items at another agency it is that agency."""

    what = serializers.CharField()
    about = serializers.CharField(source="note", allow_blank=True)
    why = serializers.CharField()
    agency = shapes.AgencyShape(source="waits", allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    breach_at = serializers.DateTimeField(allow_null=True)
    late_because = serializers.CharField(source="because", allow_blank=True)
    page = serializers.CharField(source="url")
    next_step = serializers.CharField(source="button.verb", allow_null=True, default=None)

    @shown(serializers.ChoiceField(choices=KINDS))
    def kind(self, line: WorklistLine) -> str:
        return line.key[0]

    @shown(serializers.ChoiceField(choices=list(PRIORITY_CODES.values())))
    def priority(self, line: WorklistLine) -> str:
        return PRIORITY_CODES[line.routing.priority.value if line.routing else Priority.NORMAL.value]

    @shown(serializers.UUIDField())
    def id(self, line: WorklistLine) -> Any:
        return line.key[1]


class QueuePageShape(shapes.PageShape):
    queues = QueueShape(many=True)
    results = QueueRow(many=True)


class QueuesView(ApiView):
    """One queue of the caller, nearest deadline first, and the count of each queue."""

    operations = {
        "GET": ("list", _("Read a queue"), _("Pending work of the caller, the caller's unit and agency, as a list."))
    }
    permission = STAFF
    resource = "queues"

    query = (
        OpenApiParameter("queue", str, enum=list(QUEUES), default="mine"),
        OpenApiParameter("sort", str, enum=list(queues.SORTS), default="due"),
        *paging(),
    )

    @extend_schema(responses=QueuePageShape)
    def get(self, request: Request) -> Response:
        actor, query = actor_of(request), request.query_params
        key = queues.queue_asked_for(query)
        shown = queues.queue_page(DeskReader(actor, times.now()), query, size=size_of(request))
        each = queues.choices(queues.counts(actor), key)
        page = {"queues": each, "results": shown.items, "next": next_url(request, after=shown.next)}
        return Response(QueuePageShape(page).data)


class DueDayShape(shapes.Shape[Any]):
    """A day in Shanghai, the items due on it, and those of them that are late."""

    day = serializers.DateField()
    due = serializers.IntegerField()
    late = serializers.IntegerField()


class CalendarShape(shapes.Shape[Any]):
    month = serializers.CharField()
    whose = serializers.ChoiceField(choices=list(deadline_calendar.WHOSE))
    days = DueDayShape(many=True)


class CalendarView(ApiView):
    """The number of items due on each day of the weeks of a month. Days without items are left out."""

    operations = {
        "GET": (
            "calendar",
            _("Calendar of deadlines"),
            _("The number of open items due on each day of a month: mine, those of my unit or of my agency."),
        )
    }
    permission = STAFF
    resource = "queues"

    query = (
        OpenApiParameter("month", str, description=_("As 2026-12; without it the present month.")),
        OpenApiParameter("whose", str, enum=list(deadline_calendar.WHOSE), default="mine"),
    )

    @extend_schema(responses=CalendarShape)
    def get(self, request: Request) -> Response:
        whose, month, _day = deadline_calendar.asked_for(request.query_params)
        reader, weeks = DeskReader(actor_of(request), times.now()), deadline_calendar.weeks_of(month)
        rows = deadline_calendar.items_of(reader, whose)
        counted = deadline_calendar.counts_by_day(rows, weeks[0][0], weeks[-1][-1], reader.now)
        days = [{"day": day, "due": due, "late": late} for day, (due, late) in sorted(counted.items())]
        return Response(CalendarShape({"month": f"{month:%Y-%m}", "whose": whose, "days": days}).data)
