"""The board (看板): the work of an agency in columns by state, each card with its available actions.

A board is a query and stores nothing. Each column has a page of its own with all its items.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q, Value, Window
from django.db.models.functions import Coalesce, RowNumber
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.counting import format_count
from agencies.kernel.errors import Invalid
from agencies.kernel.facets import FacetChoice
from agencies.kernel.filtering import NEVER
from agencies.kernel.open_items import WorklistLine
from agencies.kernel.paging import PAGE_SIZE, Page, page_of
from agencies.kernel.permissions import STAFF, actor_of, page
from agencies.kernel.resource import RESOURCE_OF_KIND, RESOURCES, Resource
from agencies.kernel.texts import Text
from agencies.kernel.workflow import Button
from agencies.organisations.models import Agency
from agencies.people.models import User
from coordination.automation.routing.choices import officers_of, units_of
from coordination.automation.routing.loads import unit_column
from coordination.automation.routing.placement import Placement, placements
from coordination.lists.bulk_actions import pick_of

from .queues import items_of, line_of, with_causes
from .reassignment import reassign_of

CARDS = 8  # shown in a column; the rest is on the page of the column
ENDED = timedelta(days=7)  # how long ended items stay on the board
UNASSIGNED = "-"


def boards() -> dict[str, Resource]:
    """The nouns on the board by name, in the order of its tabs."""
    declared = [(noun, noun.open_items.tab) for noun in RESOURCES.values() if noun.open_items and noun.open_items.tab]
    return {noun.name: noun for noun, _tab in sorted(declared, key=lambda one: one[1])}


@dataclass(frozen=True)
class Card:
    line: WorklistLine
    person: User | None
    buttons: list[Button]
    routing: Placement | None
    pick: str


@dataclass(frozen=True)
class BoardColumn:
    state: str
    title: Text
    count: int
    cards: list[Card]
    url: str

    @property
    def number(self) -> str:
        return format_count(self.count)

    @property
    def has_more(self) -> bool:
        return self.count > len(self.cards)


@dataclass(frozen=True)
class BoardFilters:
    """The filters in the address; each value is one that this reader may choose."""

    noun: Resource
    unit: Agency | None
    person: str
    state: str
    units: list[Agency]
    people: list[User]

    def url(self, **changes: str) -> str:
        params = {
            "resource": self.noun.name,
            "unit": self.unit.code if self.unit else "",
            "person": self.person,
            "state": self.state,
        }
        return "?" + urlencode({name: value for name, value in (params | changes).items() if value})


@page(STAFF)
def board(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), times.now()
    asked = asked_for(request.GET, actor)
    rows = cut(rows_of(asked.noun, actor, now), asked, actor)
    context: dict[str, Any] = {
        "asked": asked,
        "bulk_nouns": [asked.noun.name],
        "unassigned": UNASSIGNED,
        "tabs": [
            FacetChoice(str(noun.plural), asked.url(resource=name, state=""), active=noun is asked.noun)
            for name, noun in boards().items()
        ],
    }
    if asked.state:
        found = column_page(rows, asked, request.GET)
        cards = cards_of(found.items, asked.noun, actor, now)
        context |= {"page": found.of(cards), "picks": [card.pick for card in cards]}
        context |= {"state_label": asked.noun.model.State(asked.state).label, "back": asked.url(state="")}
        return render(request, "board/column.html", context)
    columns = columns_of(rows, asked, actor, now)
    context |= {"columns": columns, "picks": [card.pick for column in columns for card in column.cards]}
    return render(request, "board/board.html", context)


def column_page(rows: Any, asked: BoardFilters, params: Any, *, size: int = PAGE_SIZE) -> Page:
    """One column as a page of its own, the nearest deadline first."""
    due = rows.filter(state=asked.state).annotate(due_order=Coalesce("due_at", Value(NEVER)))
    return page_of(due, params, sorts={"due": "due_order"}, default="due", size=size)


def all_rows(params: QueryDict, actor: Actor) -> dict[str, Any]:
    """The rows shown at an address, by resource and in order; on the page of a column only its state."""
    asked = asked_for(params, actor, only_chosen=True)
    rows = cut(rows_of(asked.noun, actor, times.now()), asked, actor)
    return {asked.noun.name: (rows.filter(state=asked.state) if asked.state else rows).order_by("due_at", "pk")}


def rows_of(noun: Resource, actor: Actor, now: datetime) -> Any:
    """Open items of the agency and those that ended in the last days, as far as the reader sees them."""
    items, visible = items_of(noun.kind), noun.model.objects.visible_to(actor)
    found = items.on_board(visible, actor, Q(state_since__gte=now - ENDED))
    return found.select_related(*items.related, *items.people)


def asked_for(params: QueryDict, actor: Actor, *, only_chosen: bool = False) -> BoardFilters:
    """`only_chosen`: units and people are read only if the address names one."""
    resource, unit, person, state = (params.get(name, "") for name in ("resource", "unit", "person", "state"))
    units = list(units_of(actor.own_agency)) if unit or not only_chosen else []
    people = list(officers_of(actor.own_agency)) if person or not only_chosen else []
    known = boards()
    resource = resource or next(iter(known))
    if resource not in known:
        raise Invalid.field("resource", "choice", _("Choose one of: %(names)s.") % {"names": ", ".join(known)})
    chosen = next((one for one in units if one.code == unit), None)
    if unit and chosen is None:
        raise Invalid.field("unit", "choice", _("This is not a unit of your agency."))
    if person not in ("", UNASSIGNED, *(one.username for one in people)):
        raise Invalid.field("person", "choice", _("This person does not work on cases at your agency."))
    if state and state not in known[resource].model.State.values:
        raise Invalid.field("state", "choice", _("There is no such state."))
    return BoardFilters(known[resource], chosen, person, state, units, people)


def cut(rows: Any, asked: BoardFilters, actor: Actor) -> Any:
    if asked.unit is not None:
        at_unit = Q(at_unit=asked.unit.pk)
        # Items without a routing rule belong to the agency itself.
        at_unit |= Q(at_unit=None) if asked.unit.is_agency else Q()
        rows = rows.annotate(at_unit=unit_column(items_of(asked.noun.kind).unit, actor.own_agency)).filter(at_unit)
    if asked.person:
        rows = rows.annotate(held_by=reassign_of(asked.noun).holder_id(actor.own_agency))
        chosen = next((one.pk for one in asked.people if one.username == asked.person), None)
        rows = rows.filter(held_by=chosen) if chosen else rows.filter(held_by=None)
    return rows


def columns_of(rows: Any, asked: BoardFilters, actor: Actor, now: datetime) -> list[BoardColumn]:
    """Two queries for any number of states and rows, besides those for the routing: the place of each row, and what the
    rows shown need."""
    due = Coalesce("due_at", Value(NEVER))
    place = Window(RowNumber(), partition_by=[F("state")], order_by=[due.asc(), F("pk").asc()])
    in_state = Window(Count("*"), partition_by=[F("state")])
    first = rows.select_related(None).annotate(place=place, in_state=in_state).filter(place__lte=CARDS)
    placed = list(first.order_by("place", "pk").values_list("pk", "state", "in_state"))
    counts = {state: number for _pk, state, number in placed}
    found = rows.in_bulk([pk for pk, _state, _number in placed])
    shown = [found[pk] for pk, _state, _number in placed if pk in found]
    by_state: dict[str, list[Card]] = {}
    for row, card in zip(shown, cards_of(shown, asked.noun, actor, now), strict=True):
        by_state.setdefault(row.state, []).append(card)
    return [
        BoardColumn(state, label, counts.get(state, 0), by_state.get(state, []), asked.url(state=state))
        for state, label in asked.noun.model.State.choices
        if state in counts or state in items_of(asked.noun.kind).always
    ]


def cards_of(rows: Iterable[Any], noun: Resource, actor: Actor, now: datetime) -> list[Card]:
    listed = list(rows)
    routed = placements(listed, actor.agency_id)
    lines = with_causes(_of_referrals([_line(row, noun, actor, now) for row in listed], noun, actor), actor, now)
    return [_card(row, line, noun, actor, routed.get(row.pk)) for row, line in zip(listed, lines, strict=True)]


def _line(row: Any, noun: Resource, actor: Actor, now: datetime) -> WorklistLine:
    """An ended item is not late."""
    line = line_of(row, actor, now)
    has_ended = row.state in noun.workflow_of(row).final
    return replace(line, due_at=None, breach_at=None) if has_ended else line


def _of_referrals(lines: list[WorklistLine], noun: Resource, actor: Actor) -> list[WorklistLine]:
    """Steps say of what they are: before the receipt their case is not named, and all have the same words."""
    about: dict[str, set[Any]] = {}
    for line in lines:
        if line.key[0] != noun.kind and not line.note:
            about.setdefault(line.key[0], set()).add(line.key[1])
    words: dict[tuple[str, Any], str] = {}
    for kind, ids in about.items():
        rows = RESOURCE_OF_KIND[kind].model.objects.visible_to(actor).filter(pk__in=ids)
        words |= {(kind, row.pk): str(reassign_of(RESOURCE_OF_KIND[kind]).words(row)) for row in rows}
    return [replace(line, note=line.note or words.get(line.key, "")) for line in lines]


def _card(row: Any, line: WorklistLine, noun: Resource, actor: Actor, routing: Placement | None) -> Card:
    buttons = [] if items_of(noun.kind).on_other_page(row) else noun.buttons(actor, row)
    ways = [button for button in buttons if button.words.tone == "primary"]
    return Card(line, reassign_of(noun).holder(row, actor.own_agency), ways, routing, pick_of(row))
