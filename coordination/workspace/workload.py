"""Workload (工作量) of people and units, and a form to move work between them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from agencies.kernel import times
from agencies.kernel.action_fields import REASON, ActionForm
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.filtering import NEVER
from agencies.kernel.open_items import WorklistLine
from agencies.kernel.permissions import LEADS, actor_of, page
from agencies.kernel.resource import RESOURCE_OF_KIND, RESOURCES
from agencies.organisations.models import Agency
from agencies.people.models import User
from coordination.automation.routing.choices import units_of
from coordination.automation.routing.loads import Load, loads_of, unit_column, weights
from coordination.automation.routing.placement import placements
from coordination.lists.bulk_actions import TO, colleagues_of, pick_of

from .queues import items_of, line_of, visible
from .reassignment import reassign_of

MOST = 100  # rows of each kind at once; the next ones follow when these are moved


@dataclass(frozen=True)
class WorkloadRow:
    """A row that may be moved. `pick` contains the version that was shown."""

    pick: str
    line: WorklistLine
    kind: Any
    person: User | None


@dataclass(frozen=True)
class WorkloadDesk:
    """The rows to show: those of a person, or the unclaimed ones of a unit."""

    person: User | None = None
    unit: Agency | None = None

    @property
    def name(self) -> str:
        if self.person is not None:
            return self.person.name
        return _("Unclaimed: %(unit)s") % {"unit": self.unit.name} if self.unit else ""


@page(LEADS)
def load(request: HttpRequest) -> HttpResponse:
    """The numbers, with `person` or `unit` also the rows, which are given to a colleague as a bulk action."""
    actor, now = actor_of(request), times.now()
    numbers = loads_of(actor.own_agency, now)
    desk = desk_of(request.GET, actor)
    context = {
        "numbers": numbers,
        "form": _giving(numbers.people, actor) if desk else None,
        "desk": desk,
        "rows": rows_at(desk, actor, now) if desk else [],
        "most": MOST,
    }
    return render(request, "board/load.html", context)


def _giving(people: list[Load], actor: Actor) -> ActionForm:
    """The fields of handing over, with the people who were counted for the page."""
    to = replace(TO, choices=lambda thing, actor: colleagues_of(people))
    form = ActionForm((to, REASON), thing=None, actor=actor)
    form.is_kept = False  # it is sent to the page of the bulk action, which keeps it
    return form


def rows_of_desk(params: QueryDict, actor: Actor) -> dict[str, Any]:
    """All rows of the desk at an address, by resource."""
    desk = desk_of(params, actor)
    return {RESOURCE_OF_KIND[kind].name: rows for kind, rows in _rows_by_kind(desk, actor)} if desk else {}


def desk_of(params: QueryDict, actor: Actor) -> WorkloadDesk | None:
    if username := params.get("person"):
        # Searched in Python: a value from the address may not be valid text for the database.
        everybody = User.objects.filter(agency=actor.own_agency)
        person = next((one for one in everybody if one.username == username), None)
        if person is None:
            raise Invalid.field("person", "choice", _("This person does not work at your agency."))
        return WorkloadDesk(person=person)
    if code := params.get("unit"):
        unit = next((one for one in units_of(actor.own_agency) if one.code == code), None)
        if unit is None:
            raise Invalid.field("unit", "choice", _("This is not a unit of your agency."))
        return WorkloadDesk(unit=unit)
    return None


def rows_at(desk: WorkloadDesk, actor: Actor, now: datetime) -> list[WorkloadRow]:
    """Visible rows: one query for each kind, and one for the routing."""
    found = [(kind, row) for kind, rows in _rows_by_kind(desk, actor) for row in rows[:MOST]]
    routed = placements([row for _kind, row in found], actor.agency_id)
    return [
        WorkloadRow(
            pick_of(row),
            replace(line_of(row, actor, now), routing=routed.get(row.pk)),
            RESOURCE_OF_KIND[kind].label,
            reassign_of(RESOURCE_OF_KIND[kind]).holder(row, actor.own_agency),
        )
        for kind, row in found
    ]


def _rows_by_kind(desk: WorkloadDesk, actor: Actor) -> Iterator[tuple[str, Any]]:
    """The visible rows of each kind, the earliest deadline first."""
    for noun in RESOURCES.values():
        if noun.kind not in weights():
            continue
        items, handling = items_of(noun.kind), reassign_of(noun)
        rows = handling.open_at(visible(noun.kind, actor), actor.own_agency).annotate(
            held_by=handling.holder_id(actor.own_agency), at_unit=unit_column(items.unit, actor.own_agency)
        )
        here = rows.filter(held_by=desk.person.pk) if desk.person else _unclaimed_at(rows, desk.unit)
        named = here.select_related(*items.related, *items.people)
        yield noun.kind, named.order_by(Coalesce("due_at", Value(NEVER)), "pk")


def _unclaimed_at(rows: Any, unit: Agency | None) -> Any:
    free = rows.filter(held_by=None)
    if unit is None or not unit.is_agency:
        return free.filter(at_unit=unit.pk if unit else None)
    return free.filter(Q(at_unit=None) | Q(at_unit=unit.pk))
