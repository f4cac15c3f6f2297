"""What may be done with a whole list, whichever it is: taking it out as a file, and one act on many of its rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from agencies.kernel.asks import AskForm
from agencies.kernel.doors import CASE_READER, actor_of, page
from agencies.kernel.facets import Facets
from agencies.kernel.paging import PRINTED
from agencies.kernel.refusals import Invalid
from agencies.people.forms import tell_refusal
from agencies.people.sheets import send_once
from agencies.runs.models import Run
from agencies.runs.working import work_at_once

from . import bulk
from .background import WORKS
from .exporting import AT_ONCE, FORMS, count_of, export_at_once, start_export
from .lists import Listed, list_named

SELECTED, VISIBLE, ALL = "selected", "visible", "all"
NAMED = 50  # rows whose names are shown before they are acted on


@page(CASE_READER)
def list_export(request: HttpRequest, name: str, form: str) -> HttpResponse:
    """Only by POST: who took what out is told to the journal. A small file at once, a large one from the worker."""
    listed = list_named(name)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    return _export(request, listed, listed.found(request.GET, actor_of(request)), form)


def _export(request: HttpRequest, listed: Listed, rows: QuerySet[Any], form: str) -> HttpResponse:
    actor = actor_of(request)
    if count_of(rows) <= AT_ONCE:
        return export_at_once(listed, rows, request.GET, form, actor=actor)
    start = partial(start_export, listed, rows, request.GET, form, actor=actor)
    return redirect(send_once(request, lambda: reverse("run", args=[start().pk])))


# One act on many rows ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Choice:
    """Which rows somebody chose on a list, and what is to be done with them. `seen` is how many he was told of."""

    listed: Listed
    action: str
    scope: str
    rows: Mapping[UUID, int]
    seen: int
    params: QueryDict
    actor: Actor

    @property
    def act(self) -> bulk.BulkAct:
        return bulk.acts_of(self.listed, self.actor)[self.action]

    @property
    def all_rows(self) -> QuerySet[Any]:
        return self.listed.found(self.params, self.actor)

    @property
    def is_all(self) -> bool:
        return self.scope == ALL

    @property
    def back(self) -> str:
        return f"{self.listed.url}?{self.params.urlencode()}"


@page(CASE_READER)
def list_bulk(request: HttpRequest, name: str) -> HttpResponse:
    """From the list comes which rows and which act; this page asks what the act needs, then starts it."""
    listed, actor = list_named(name), actor_of(request)
    if request.method != "POST":
        return redirect(listed.url)
    choice = _choice(request, listed, actor)
    if not (choice.is_all or choice.rows):
        messages.warning(request, _("Choose at least one row first."))
        return redirect(choice.back)
    if choice.action in FORMS:
        chosen = choice.all_rows if choice.is_all else choice.all_rows.filter(pk__in=choice.rows)
        return _export(request, listed, chosen, choice.action)
    sure = "sure" in request.POST
    sent: dict[str, Any] = {"data": request.POST} if sure else {}
    form = AskForm(choice.act.asks, thing=None, actor=actor, **sent)
    grown = 0
    if sure and form.is_valid():
        try:
            return _started(request, choice, form)
        except bulk.Grown as more:
            grown = more.count
        except Invalid as no:
            tell_refusal(form, no)
    return _asked(request, choice, form, grown)


def _started(request: HttpRequest, choice: Choice, form: AskForm) -> HttpResponse:
    """A few rows are done before the page of the run is shown; many, or all that fit, are the worker's."""
    bulk.refuse_absent(form.given(), choice.actor)
    made: list[Run] = []

    def start() -> str:
        common: dict[str, Any] = {"actor": choice.actor, "answers": form.given(), "query": choice.params.urlencode()}
        if choice.is_all:
            run = bulk.start_on_all(choice.listed, choice.action, choice.all_rows, seen=choice.seen, **common)
        else:
            run = bulk.start_on(choice.listed, choice.action, choice.rows, **common)
        made.append(run)
        return reverse("run", args=[run.pk])

    went_to = send_once(request, start)
    if made and (made[0].total or 0) <= bulk.AT_ONCE:
        work_at_once(made[0], WORKS)
    return redirect(went_to)


def _asked(request: HttpRequest, choice: Choice, form: AskForm, grown: int) -> HttpResponse:
    count = grown or (bulk.count_of(choice.all_rows) if choice.is_all else len(choice.rows))
    listed, actor = choice.listed, choice.actor
    picked = listed.seen(actor).filter(pk__in=list(choice.rows)[:NAMED])
    some = listed.shown(choice.all_rows, actor)[:NAMED] if choice.is_all else picked
    context = {
        "choice": choice,
        "form": form,
        "count": count,
        "told": choice.seen,
        "grown": grown,
        "names": [listed.words(thing, actor) for thing in some],
        "chosen": Facets(listed.cut(choice.params, actor), choice.params).chosen() if choice.is_all else [],
        "rows": [f"{pk}:{version}" for pk, version in choice.rows.items()],
    }
    return render(request, "lists/bulk.html", context, status=409 if grown else 400 if form.errors else 200)


def _choice(request: HttpRequest, listed: Listed, actor: Actor) -> Choice:
    sent = request.POST
    action, scope = sent.get("action", ""), sent.get("scope", "")
    if action not in (*bulk.acts_of(listed, actor), *FORMS):
        raise Invalid.field("action", "choice", _("Choose what is to be done with the rows."))
    if scope not in (SELECTED, VISIBLE, ALL):
        raise Invalid.field("scope", "choice", _("Choose which rows: selected, visible or all."))
    told = sent.getlist("shown" if scope == VISIBLE else "row") if scope != ALL else []
    if len(told) > PRINTED:
        raise Invalid.field("row", "many", _("At most %(most)s rows can be picked one by one.") % {"most": PRINTED})
    seen = sent.get("seen", "0")
    return Choice(
        listed,
        action,
        scope,
        dict(_picked(one) for one in told),
        int(seen) if seen.isdecimal() else 0,
        request.GET,
        actor,
    )


def _picked(told: str) -> tuple[UUID, int]:
    """A row as its box names it: which, and as it stood when the list was drawn."""
    pk, _colon, version = told.partition(":")
    try:
        return UUID(pk), int(version)
    except ValueError:
        raise Invalid.field("row", "row", _("This is no row of a list. Open the list anew.")) from None
