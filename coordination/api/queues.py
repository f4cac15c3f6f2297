"""Queues over JSON: the same queries as on the page, with the number of rows in each."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.serializers import CharField, ChoiceField, DateField, DateTimeField, IntegerField, UUIDField

from agencies.kernel import times
from agencies.kernel.open_items import WorklistLine
from agencies.kernel.permissions import STAFF
from agencies.kernel.resource import RESOURCE_OF_KIND
from agencies.kernel.shapes import Shape, shown
from agencies.people.shapes import AgencyShape
from agencies.work.reading import DeskReader
from coordination.automation.routing.choices import PRIORITY_CODES
from coordination.automation.routing.models import Priority
from coordination.workspace import deadline_calendar, queues
from coordination.workspace.waiting import QUEUES

from . import shapes
from .operations import Call, get
from .schema import paging

KINDS = [kind for kind, resource in RESOURCE_OF_KIND.items() if resource.open_items]


class QueueShape(Shape):
    """One queue; above 1,000 rows `count` is 1001 and means "more"."""

    queue = ChoiceField(choices=list(QUEUES), source="value")
    title = CharField(source="label")
    count = IntegerField()


class QueueRow(Shape):
    """One open item. `agency` waits for it; for items at another agency it is that agency."""

    what = CharField()
    about = CharField(source="note")
    why = CharField()
    agency = AgencyShape(source="waits", allow_null=True)
    due_at = DateTimeField(allow_null=True)
    breach_at = DateTimeField(allow_null=True)
    late_because = CharField(source="because")
    page = CharField(source="url")
    next_step = CharField(source="button.verb", allow_null=True, default=None)

    @shown(ChoiceField(choices=KINDS))
    def kind(self, line: WorklistLine) -> str:
        return line.key[0]

    @shown(ChoiceField(choices=list(PRIORITY_CODES.values())))
    def priority(self, line: WorklistLine) -> str:
        return PRIORITY_CODES[line.routing.priority.value if line.routing else Priority.NORMAL.value]

    @shown(UUIDField())
    def id(self, line: WorklistLine) -> Any:
        return line.key[1]


class QueuePageShape(shapes.PageShape):
    queues = QueueShape(many=True)
    results = QueueRow(many=True)


@get(
    "queues/",
    "list",
    _("Read a queue"),
    _("Pending work of the caller, the caller's unit and agency, as a list."),
    permission=STAFF,
    query=(
        OpenApiParameter("queue", str, enum=list(QUEUES), default="mine"),
        OpenApiParameter("sort", str, enum=list(queues.SORTS), default="due"),
        *paging(),
    ),
    answers=QueuePageShape,
)
def queue(call: Call) -> Any:
    """One queue of the caller, nearest deadline first, and the count of each queue."""
    key = queues.queue_asked_for(call.query)
    page = queues.queue_page(DeskReader(call.actor, times.now()), call.query, size=call.size)
    return call.paged(page, page.items, queues=queues.choices(queues.counts(call.actor), key))


class DueDayShape(Shape):
    """A day in Shanghai, the items due on it, and those of them that are late."""

    day = DateField()
    due = IntegerField()
    late = IntegerField()


class CalendarShape(Shape):
    month = CharField()
    whose = ChoiceField(choices=list(deadline_calendar.WHOSE))
    days = DueDayShape(many=True)


@get(
    "queues/calendar/",
    "calendar",
    _("Calendar of deadlines"),
    _("The number of open items due on each day of a month: mine, those of my unit or of my agency."),
    permission=STAFF,
    query=(
        OpenApiParameter("month", str, description=_("As 2026-12; without it the present month.")),
        OpenApiParameter("whose", str, enum=list(deadline_calendar.WHOSE), default="mine"),
    ),
    answers=CalendarShape,
)
def calendar(call: Call) -> Any:
    """The number of items due on each day of the weeks of a month. Days without items are left out."""
    whose, month, _day = deadline_calendar.asked_for(call.query)
    reader, weeks = DeskReader(call.actor, times.now()), deadline_calendar.weeks_of(month)
    rows = deadline_calendar.items_of(reader, whose)
    counted = deadline_calendar.counts_by_day(rows, weeks[0][0], weeks[-1][-1], reader.now)
    days = [{"day": day, "due": due, "late": late} for day, (due, late) in sorted(counted.items())]
    return {"month": f"{month:%Y-%m}", "whose": whose, "days": days}
