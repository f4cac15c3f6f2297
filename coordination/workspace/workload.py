"""Workload (工作量) of people and units, and a form to move work between them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.filtering import NEVER
from agencies.kernel.lines import Line
from agencies.kernel.permissions import LEADS, actor_of, page
from agencies.kernel.resource import RESOURCE_OF_KIND
from agencies.kernel.texts import TextField
from agencies.organisations.models import Agency
from agencies.people.forms import PersonField, submit_form
from agencies.people.models import User
from coordination.automation.routing.choices import officers_of, units_of
from coordination.automation.routing.loads import Load, loads_of, open_rows, person_column, unit_column
from coordination.automation.routing.placement import placements
from coordination.workspace.form_drafts.actions import drop_draft

from .queues import items_of, line_of
from .reassignment import Result, key_of, push, reassign_of

MOST = 100  # rows of each kind at once; the next ones follow when these are moved


class PushForm(forms.Form):
    to = PersonField(
        label=gettext_lazy("Assign to"),
        help_text=gettext_lazy("The people with the least work come first; absent people are left out."),
    )
    reason = TextField(label=gettext_lazy("Reason"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, actor: Actor, people: list[Load], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        here = [load for load in people if not load.away]
        field.queryset = officers_of(actor.own_agency).filter(pk__in=[load.person.pk for load in here])
        labels = [(load.person.username, f"{load.person.name} ({load.weight})") for load in here]
        field.choices = [("", "—"), *labels]


@dataclass(frozen=True)
class Row:
    """A row that may be moved. `key` contains the version that was shown."""

    key: str
    line: Line
    kind: Any
    person: User | None


@dataclass(frozen=True)
class Desk:
    """The rows to show: those of a person, or the unclaimed ones of a unit."""

    person: User | None = None
    unit: Agency | None = None

    @property
    def name(self) -> str:
        if self.person is not None:
            return self.person.name
        return _("Unclaimed: %(unit)s") % {"unit": self.unit.name} if self.unit else ""

    @property
    def query(self) -> str:
        if self.person is not None:
            return f"person={self.person.username}"
        return f"unit={self.unit.code}" if self.unit else ""


@page(LEADS)
def load(request: HttpRequest) -> HttpResponse:
    """GET shows the numbers, with `person` or `unit` also the rows; POST assigns the chosen rows to a colleague."""
    actor, now = actor_of(request), times.now()
    numbers = loads_of(actor.own_agency, now)
    desk = desk_of(request.GET, actor)
    performed = request.POST if request.method == "POST" else None
    form = PushForm(performed, actor=actor, people=numbers.people)
    results: list[Result] | None = None
    if performed is not None and not performed.getlist("row"):
        form.add_error(None, _("Choose at least one row."))
    elif performed is not None:
        results = submit_form(form, lambda given: push(performed.getlist("row"), actor=actor, **given))
    if results is not None:
        drop_draft(request.path, actor=actor)
    context = {
        "numbers": loads_of(actor.own_agency, now) if results else numbers,
        "form": form,
        "results": results,
        "desk": desk,
        "rows": rows_at(desk, actor, now) if desk else [],
        "chosen": performed.getlist("row") if performed is not None and results is None else [],
        "most": MOST,
        "action": f"{reverse('load')}?{desk.query}" if desk else "",
    }
    return render(request, "board/load.html", context, status=400 if form.errors else 200)


def desk_of(told: QueryDict, actor: Actor) -> Desk | None:
    if username := told.get("person"):
        # Searched in Python: a value from the address may not be valid text for the database.
        everybody = User.objects.filter(agency=actor.own_agency)
        person = next((one for one in everybody if one.username == username), None)
        if person is None:
            raise Invalid.field("person", "choice", _("This person does not work at your agency."))
        return Desk(person=person)
    if code := told.get("unit"):
        unit = next((one for one in units_of(actor.own_agency) if one.code == code), None)
        if unit is None:
            raise Invalid.field("unit", "choice", _("This is not a unit of your agency."))
        return Desk(unit=unit)
    return None


def rows_at(desk: Desk, actor: Actor, now: datetime) -> list[Row]:
    """Visible rows: one query for each kind, and one for the routing."""
    found: list[tuple[str, Any]] = []
    for kind, rows in open_rows(actor.own_agency).items():
        items = items_of(kind)
        seen = rows.filter(pk__in=rows.model.objects.visible_to(actor).values("pk"))
        named = seen.select_related(*items.related, *items.people).annotate(
            held_by=person_column(kind, actor.own_agency), at_unit=unit_column(kind, actor.own_agency)
        )
        here = named.filter(held_by=desk.person.pk) if desk.person else _unclaimed_at(named, desk.unit)
        due = here.order_by(Coalesce("due_at", Value(NEVER)), "pk")
        found += [(kind, row) for row in due[:MOST]]
    routed = placements([row for _kind, row in found], actor.agency_id)
    return [
        Row(
            key_of(row, kind),
            replace(line_of(row, actor, now), routing=routed.get(row.pk)),
            RESOURCE_OF_KIND[kind].label,
            reassign_of(RESOURCE_OF_KIND[kind]).holder(row, actor.own_agency),
        )
        for kind, row in found
    ]


def _unclaimed_at(rows: Any, unit: Agency | None) -> Any:
    free = rows.filter(held_by=None)
    if unit is None or not unit.is_agency:
        return free.filter(at_unit=unit.pk if unit else None)
    return free.filter(Q(at_unit=None) | Q(at_unit=unit.pk))
