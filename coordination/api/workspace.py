"""Board and workload of an agency over JSON, read-only: the same queries as on the pages."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.serializers import (
    CharField,
    ChoiceField,
    DateField,
    DateTimeField,
    IntegerField,
    ListField,
    UUIDField,
)

from agencies.kernel import times
from agencies.kernel.permissions import LEADS, STAFF
from agencies.kernel.resource import RESOURCE_OF_KIND
from agencies.kernel.shapes import Shape, shown
from agencies.people.shapes import AgencyShape, PersonShape
from coordination.automation.routing.choices import PRIORITY_CODES
from coordination.automation.routing.loads import loads_of, weights
from coordination.automation.routing.models import Priority
from coordination.workspace.board import (
    BoardColumn,
    Card,
    asked_for,
    boards,
    cards_of,
    column_page,
    columns_of,
    cut,
    rows_of,
)
from coordination.workspace.workload import desk_of, rows_at

from . import shapes
from .inputs import next_url
from .operations import Call, get
from .queues import QueueRow
from .schema import paging

PRIORITIES = list(PRIORITY_CODES.values())


# The board -----------------------------------------------------------------------------------------------------------
class CardShape(Shape):
    """One card: its handler, its urgency, and the actions that lead on from here."""

    what = CharField(source="line.what")
    about = CharField(source="line.note")
    person = PersonShape(allow_null=True)
    due_at = DateTimeField(source="line.due_at", allow_null=True)
    breach_at = DateTimeField(source="line.breach_at", allow_null=True)
    page = CharField(source="line.url")

    @shown(UUIDField())
    def id(self, card: Card) -> str:
        return card.pick.split(":")[1]

    @shown(IntegerField())
    def version(self, card: Card) -> int:
        return int(card.pick.split(":")[2])

    @shown(ChoiceField(choices=PRIORITIES))
    def priority(self, card: Card) -> str:
        return PRIORITY_CODES[card.routing.priority.value if card.routing else Priority.NORMAL.value]

    @shown(ListField(child=CharField()))
    def transitions(self, card: Card) -> list[str]:
        return [button.verb for button in card.buttons]


class ColumnShape(Shape):
    """One state; above 1,000 rows `count` is 1001 and means "more". The board shows its first cards."""

    state = CharField()
    title = CharField()
    count = IntegerField()
    cards = CardShape(many=True)


class BoardShape(shapes.PageShape):
    resource = ChoiceField(choices=list(boards()))
    columns = ColumnShape(many=True)


@get(
    "board/",
    "read",
    _("Read the board"),
    _("The work of the caller's agency by state; with a state, only that column, in pages."),
    permission=STAFF,
    query=(
        OpenApiParameter("resource", str, enum=list(boards()), default="tasks"),
        OpenApiParameter("unit", str, description=_("A code of a unit of the caller's agency.")),
        OpenApiParameter("person", str, description=_("A sign-in name; “-” means unassigned.")),
        OpenApiParameter("state", str, description=_("One column, in pages.")),
        *paging(),
    ),
    answers=BoardShape,
)
def board(call: Call) -> Any:
    """Open work of the caller's agency, in columns by state."""
    actor, now = call.actor, times.now()
    asked = asked_for(call.query, actor)
    rows = cut(rows_of(asked.noun, actor, now), asked, actor)
    columns, following = columns_of(rows, asked, actor, now), None
    if asked.state:
        found = column_page(rows, asked, call.query, size=call.size)
        cards = cards_of(found.items, asked.noun, actor, now)
        count = next((one.count for one in columns if one.state == asked.state), 0)
        columns = [BoardColumn(asked.state, asked.noun.model.State(asked.state).label, count, cards, "")]
        following = next_url(call.request, after=found.next)
    return {"resource": asked.noun.name, "columns": columns, "next": following}


# Workload ------------------------------------------------------------------------------------------------------------
class NumbersShape(Shape):
    """`weight`: a proceeding or referral counts three, a task or lead one."""

    def get_fields(self) -> dict[str, Any]:
        by_noun = {RESOURCE_OF_KIND[kind].name.replace("-", "_"): f"by_kind.{kind}" for kind in weights()}
        sources = {"weight": None, **by_noun, "overdue": None, "soon": None}
        return {name: IntegerField(source=source) for name, source in sources.items()}


class PersonLoadShape(Shape):
    """Open work of one colleague; `away_until` is null if they are present."""

    username = CharField(source="person.username")
    name = CharField(source="person.name")
    units = ListField(child=CharField())
    away_until = DateField(allow_null=True)
    numbers = NumbersShape()


class UnitLoadShape(Shape):
    """Open work of a unit; `unclaimed` of it has no handler."""

    unit = AgencyShape()
    numbers = NumbersShape()
    unclaimed = IntegerField()


class LoadsShape(Shape):
    people = PersonLoadShape(many=True)
    units = UnitLoadShape(many=True)
    rows = QueueRow(many=True)


@get(
    "load/",
    "read",
    _("Read the workload"),
    _("Open work of each colleague and unit, least first; with a name also the rows."),
    permission=LEADS,
    query=(
        OpenApiParameter("person", str, description=_("A sign-in name: also lists the open work of this person.")),
        OpenApiParameter("unit", str, description=_("A code: also lists the unclaimed work of this unit.")),
    ),
    answers=LoadsShape,
)
def load(call: Call) -> Any:
    """Open work by person and unit, for leads."""
    actor, now = call.actor, times.now()
    desk = desk_of(call.query, actor)
    numbers = loads_of(actor.own_agency, now)
    rows = rows_at(desk, actor, now) if desk else []
    return {"people": numbers.people, "units": numbers.units, "rows": [row.line for row in rows]}
