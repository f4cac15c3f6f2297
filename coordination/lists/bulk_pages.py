"""The page between selecting rows and acting on them, for a list, a queue or the board."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.idempotency.actions import once
from agencies.kernel import times
from agencies.kernel.action_fields import ActionForm
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.facets import Facets
from agencies.kernel.paging import PRINTED
from agencies.kernel.permissions import CASE_READER, STAFF, actor_of, page
from agencies.kernel.resource import RESOURCE_OF_KIND, RESOURCES
from agencies.kernel.texts import Text
from agencies.people.forms import add_refusal
from agencies.runs.models import Run
from agencies.runs.worker import work_at_once
from agencies.work.reading import DeskReader
from coordination.tooling.operation.background_jobs import WORKS
from coordination.workspace import board, queues, workload

from . import bulk
from .bulk_actions import ACTS, BulkAct, acts_on
from .export import FORMS
from .export_page import taken_out
from .listing import ResourceList, list_named

SELECTED, VISIBLE, ALL = "selected", "visible", "all"
NAMED = 50  # rows whose titles are shown before the action
RowsByResource = Mapping[str, QuerySet[Any]]


@dataclass(frozen=True)
class BulkSelection:
    """The rows selected on a page, and the action. `seen` is the number of rows shown to the user.

    `fit` are all rows of the page by resource, `picked` the individually selected ones.
    """

    name: str
    title: Text
    action: str
    scope: str
    picked: dict[str, dict[UUID, int]]
    seen: int
    params: QueryDict
    actor: Actor
    fit: Callable[[], RowsByResource]
    listed: ResourceList | None = None

    @property
    def is_all(self) -> bool:
        return self.scope == ALL

    @property
    def back(self) -> str:
        return f"{reverse(self.name)}?{self.params.urlencode()}"

    def counts(self) -> dict[str, int]:
        """Number of rows of each resource. Raises Invalid if there are more than one run takes."""
        if not self.is_all:
            return {resource: len(chosen) for resource, chosen in self.picked.items()}
        return bulk.counts_of(self.fit())

    def some(self, resource: str) -> list[UUID]:
        if self.is_all:
            return list(self.fit()[resource].values_list("pk", flat=True)[:NAMED])
        return list(self.picked[resource])[:NAMED]


@dataclass(frozen=True)
class SelectedGroup:
    """The selected rows of one resource, as shown before the action."""

    title: Text
    count: int
    names: list[str]

    @property
    def has_more(self) -> bool:
        return self.count > len(self.names)


@page(CASE_READER)
def list_bulk(request: HttpRequest, name: str) -> HttpResponse:
    """The list posts rows and action; this page asks for the action's fields, then starts it."""
    listed, actor = list_named(name), actor_of(request)
    if request.method != "POST":
        return redirect(listed.url)

    def fit() -> RowsByResource:
        return {listed.resource: listed.found(request.GET, actor)}

    action = request.POST.get("action", "")
    if action not in (*bulk.acts_of(listed, actor), *FORMS):
        raise _no_act()
    choice = _choice(request, name, listed.title, fit, listed)
    if not (choice.is_all or choice.picked):
        return _nothing_chosen(request, choice)
    if action in FORMS:
        rows = fit()[listed.resource]
        chosen = rows if choice.is_all else rows.filter(pk__in=choice.picked[listed.resource])
        return taken_out(request, listed, chosen, action)
    if not choice.counts():
        return _nothing_chosen(request, choice)
    return _confirmed(request, choice)


@page(STAFF)
def pile_bulk(request: HttpRequest, name: str) -> HttpResponse:
    """The same from a queue, the board or the workload, where rows may be of several resources."""
    actor = actor_of(request)
    if request.method != "POST":
        return redirect(name)

    def fit() -> RowsByResource:
        rows = PILES[name](request.GET, actor)
        return {resource: some for resource, some in rows.items() if resource in ACTS}

    if not any(request.POST.get("action") in acts for acts in ACTS.values()):
        raise _no_act()
    choice = _choice(request, name, bulk.PILES[name], fit)
    if not choice.counts():
        return _nothing_chosen(request, choice)
    return _confirmed(request, choice)


def _of_queue(params: QueryDict, actor: Actor) -> RowsByResource:
    rows: Any = queues.filters_of(params, DeskReader(actor, times.now())).qs
    found = {RESOURCE_OF_KIND[kind].name: some for kind, some in queues.things_in(rows, actor).items()}
    return {resource: some.order_by("due_at", "pk") for resource, some in found.items() if resource in ACTS}


PILES: dict[str, Callable[[QueryDict, Actor], RowsByResource]] = {
    "queues": _of_queue,
    "board": board.all_rows,
    "load": workload.rows_of_desk,
}


def _no_act() -> Invalid:
    return Invalid.field("action", "choice", _("Choose the action for the rows."))


def _nothing_chosen(request: HttpRequest, choice: BulkSelection) -> HttpResponse:
    messages.warning(request, _("Choose at least one row first."))
    return redirect(choice.back)


def _confirmed(request: HttpRequest, choice: BulkSelection) -> HttpResponse:
    counts = choice.counts()
    offered = acts_on(counts, choice.actor)
    if choice.action not in offered:
        return _confirmation_page(request, choice, counts, offered, None)
    sure = "sure" in request.POST
    sent: dict[str, Any] = {"data": request.POST} if sure else {}
    form = ActionForm(offered[choice.action].fields, thing=None, actor=choice.actor, **sent)
    if sure and form.is_valid():
        try:
            return _started(request, choice, form)
        except bulk.SelectionGrew:
            return _confirmation_page(request, choice, choice.counts(), offered, form, grown=True)
        except Invalid as no:
            add_refusal(form, no)
    return _confirmation_page(request, choice, counts, offered, form)


def _started(request: HttpRequest, choice: BulkSelection, form: ActionForm) -> HttpResponse:
    """Processes a few rows before showing the page of the run; many rows, or all matching ones, are left to the
    worker."""
    bulk.refuse_absent(form.given(), choice.actor)
    run: Run | None = None
    with once(request) as sent:
        if not sent.target:
            common: dict[str, Any] = {"actor": choice.actor, "answers": form.given()}
            common["query"] = choice.params.urlencode()
            if choice.is_all:
                run = bulk.start_on_all(choice.name, choice.action, choice.fit(), seen=choice.seen, **common)
            else:
                run = bulk.start_on(choice.name, choice.action, choice.picked, **common)
            sent.target = reverse("run", args=[run.pk])
    if run and (run.total or 0) <= bulk.AT_ONCE:
        work_at_once(run, WORKS)
    return redirect(sent.target)


def _confirmation_page(
    request: HttpRequest,
    choice: BulkSelection,
    counts: dict[str, int],
    offered: dict[str, BulkAct],
    form: ActionForm | None,
    *,
    grown: bool = False,
) -> HttpResponse:
    """The page with the fields of the action; without them, and with the actions common to all, if some selected rows
    lack it."""
    listed, actor = choice.listed, choice.actor
    words = next(acts[choice.action].words for acts in ACTS.values() if choice.action in acts)
    context = {
        "choice": choice,
        "words": words,
        "offered": {} if form else offered,
        "lacking": [RESOURCES[resource].plural for resource in counts if choice.action not in ACTS[resource]],
        "form": form,
        "count": sum(counts.values()),
        "seen": choice.seen,
        "grown": grown,
        "groups": [_group(choice, resource, count) for resource, count in counts.items()],
        "chosen": Facets(listed.cut(choice.params, actor), choice.params).chosen() if listed and choice.is_all else [],
        "rows": [
            f"{'' if listed else resource + ':'}{pk}:{version}"
            for resource, some in choice.picked.items()
            for pk, version in some.items()
        ],
    }
    status = 409 if grown else 400 if form is None or form.errors else 200
    return render(request, "lists/bulk.html", context, status=status)


def _group(choice: BulkSelection, resource: str, count: int) -> SelectedGroup:
    things = bulk.shown_of(resource, choice.actor, choice.some(resource))
    return SelectedGroup(
        RESOURCES[resource].plural, count, [bulk.words_of(resource, thing, choice.actor) for thing in things]
    )


def _choice(
    request: HttpRequest, name: str, title: Text, fit: Callable[[], RowsByResource], listed: ResourceList | None = None
) -> BulkSelection:
    sent = request.POST
    scope = sent.get("scope", "")
    if scope not in (SELECTED, VISIBLE, ALL):
        raise Invalid.field("scope", "choice", _("Choose which rows: selected, visible or all."))
    # All visible rows are sent in one field, hence the short format.
    named = " ".join(sent.getlist("shown" if scope == VISIBLE else "row") if scope != ALL else []).split()
    if len(named) > PRINTED:
        raise Invalid.field("row", "many", _("At most %(most)s rows can be picked one by one.") % {"most": PRINTED})
    picked: dict[str, dict[UUID, int]] = {}
    for one in named:
        resource, pk, version = _picked(f"{listed.resource}:{one}" if listed else one)
        if listed is None and resource not in ACTS:
            raise _no_row()
        picked.setdefault(resource, {})[pk] = version
    seen = sent.get("seen", "0")
    return BulkSelection(
        name=name,
        title=title,
        action=sent.get("action", ""),
        scope=scope,
        picked=picked,
        seen=int(seen) if seen.isdecimal() else 0,
        params=request.GET,
        actor=actor_of(request),
        fit=fit,
        listed=listed,
    )


def _picked(value: str) -> tuple[str, UUID, int]:
    """Parses a checkbox value: resource, id, and the version when the page was rendered."""
    resource, pk, version = (*value.split(":"), "", "")[:3]
    try:
        if value.count(":") == 2 and len(version) < 10:
            return resource, UUID(pk), int(version)
    except ValueError:
        pass
    raise _no_row()


def _no_row() -> Invalid:
    return Invalid.field("row", "row", _("This is not a row of a list. Open the list again."))
