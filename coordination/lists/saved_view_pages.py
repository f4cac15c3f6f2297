"""Saved views on lists and pages: parsed by the list's own filters, counted in one query, opened, stored.

Wiring: it knows every list. A view shows each reader only what they may see.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import django_filters
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.idempotency.actions import once
from agencies.kernel.actor import Actor
from agencies.kernel.counting import count_up_to
from agencies.kernel.errors import Invalid, Stale, TransitionRefused
from agencies.kernel.facets import FacetChoice, Facets
from agencies.kernel.permissions import CASE_READER, actor_of, page
from agencies.kernel.texts import TextField
from agencies.people.forms import add_refusal, form_page, post_data
from coordination.actions.conflicts import Conflict, both, changes, is_behind
from coordination.workspace.queue_list import QueueList

from .listing import LISTS, ResourceList
from .saved_views import actions
from .saved_views.access import may_edit, may_pin
from .saved_views.models import DefaultView, SavedView

SHOWN = 12  # above a list; the page of views has all
ViewedList = ResourceList | QueueList
VIEWED: dict[str, ViewedList] = {**LISTS, QueueList.name: QueueList()}
WORDS: dict[tuple[str, ...], Any] = {
    ("saved_view", "save_view"): _("saved a view of a list"),
    ("saved_view", "edit_view"): _("changed a saved view"),
    ("saved_view", "delete_view"): _("deleted a saved view"),
    ("saved_view", "pin_view"): _("pinned a saved view"),
    ("saved_view", "unpin_view"): _("unpinned a saved view"),
}


# Parsing -------------------------------------------------------------------------------------------------------------
def read(listed: ViewedList, params: QueryDict, actor: Actor) -> tuple[str, dict[str, Any]]:
    """The parameters in canonical order, and the ids of the rows named by codes. Raises Invalid for what the list does
    not support."""
    filters = listed.cut(params, actor)
    listed.found(params, actor)  # refuses a sort order that the list does not have
    kept = QueryDict(mutable=True)
    for name in sorted(filters.filters):
        if values := [one for one in filters.data.getlist(name) if one]:
            kept.setlist(name, sorted(values))
    if params.get("sort"):
        kept.setlist("sort", params.getlist("sort")[-1:])
    named = {name: value for name, value in filters.form.cleaned_data.items() if isinstance(value, Model)}
    return kept.urlencode(), {name: str(value.pk) for name, value in named.items()}


def _viewed(name: str) -> ViewedList:
    if name not in VIEWED:
        raise Http404
    return VIEWED[name]


def rows_of(view: SavedView, actor: Actor) -> QuerySet[Any] | None:
    """Rows that the view shows this reader today, without looking up codes again; None if the list no longer supports
    it."""
    listed, params = VIEWED[view.list], QueryDict(view.query)
    filters = listed.filters(params, actor)
    if filters.unknown("sort"):
        return None
    rows: QuerySet[Any] = filters.queryset
    for name, one in filters.filters.items():
        if name not in params:
            continue
        try:
            rows = one.filter(rows, _value(one, name, view, params))
        except (ValidationError, KeyError):
            return None
    return rows


def _value(one: Any, name: str, view: SavedView, params: QueryDict) -> Any:
    if isinstance(one, django_filters.ModelChoiceFilter):
        model = one.extra["queryset"].model
        codes = {to: params[name]} if (to := one.extra.get("to_field_name")) else {}
        return model(pk=model._meta.pk.to_python(view.chosen[name]), **codes)
    return one.field.clean(one.field.widget.value_from_datadict(params, {}, name))


# Above a list --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class ViewTab:
    """A view above its list, with the number of rows for this reader; None if the list no longer supports it."""

    view: SavedView
    choice: FacetChoice
    is_known: bool


def tabs(listed: ViewedList, actor: Actor, params: QueryDict) -> list[ViewTab]:
    """The views of this list as tabs, in the order of the person."""
    found = list(SavedView.objects.visible_to(actor).filter(list=listed.name).in_order(actor)[:SHOWN])
    return _tabs(found, actor, params.get("view", ""))


def _tabs(views: Iterable[SavedView], actor: Actor, open_now: str = "") -> list[ViewTab]:
    rows = {str(view.pk): (view, rows_of(view, actor)) for view in views}
    counts = {pk: count_up_to(cut) for pk, (_view, cut) in rows.items() if cut is not None}
    return [
        ViewTab(
            view,
            FacetChoice(view.label, address(view, cut is not None), counts.get(pk), pk == open_now),
            cut is not None,
        )
        for pk, (view, cut) in rows.items()
    ]


def address(view: SavedView, is_known: bool = True) -> str:
    """The filtered list; for a view that is no longer supported, the view's own page, which says why."""
    if not is_known:
        return reverse("saved_view", args=[view.pk])
    params = QueryDict(view.query, mutable=True)
    params["view"] = str(view.pk)
    return f"{VIEWED[view.list].url}?{params.urlencode()}"


def lists_opening_with_a_view(actor: Actor) -> set[str]:
    """The lists for which this person chose a default view."""
    me: Any = actor.id if actor.kind == "user" else None
    return set(DefaultView.objects.filter(person_id=me).values_list("list", flat=True))


# Pages ---------------------------------------------------------------------------------------------------------------
class ViewForm(forms.Form):
    name = TextField(label=_("Name of the view"), max_length=80)
    name_en = TextField(label=_("Name in English"), max_length=80, required=False)
    audience = forms.ChoiceField(label=_("Who sees it"), choices=SavedView.Audience.choices, initial="private")


@page(CASE_READER)
def saved_views(request: HttpRequest) -> HttpResponse:
    """All views that the reader may open, by list."""
    actor = actor_of(request)
    shown = _tabs(SavedView.objects.visible_to(actor).in_order(actor).select_related("owner"), actor)
    groups = [(one, [tab for tab in shown if tab.view.list == one.name]) for one in VIEWED.values()]
    return render(request, "saved/saved_views.html", {"groups": [group for group in groups if group[1]]})


@page(CASE_READER)
def saved_view_new(request: HttpRequest, name: str) -> HttpResponse:
    """Saves the filters of a list under a name; the address of this page carries them."""
    listed, actor = _viewed(name), actor_of(request)
    query, chosen = read(listed, request.GET, actor)
    form = ViewForm(post_data(request))
    if request.method == "POST" and form.is_valid():
        given = {**form.cleaned_data, "list_name": listed.name, "query": query, "chosen": chosen}
        try:
            with once(request) as sent:
                sent.target = sent.target or address(actions.save_view(actor=actor, **given))
            return redirect(sent.target)
        except (Invalid, TransitionRefused) as no:
            add_refusal(form, no)
    context = {"form": form, "listed": listed, "chosen": _in_words(listed, QueryDict(query), actor)}
    return form_page(request, "saved/saved_view_new.html", context)


@page(CASE_READER)
def saved_view(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One view with its filters and buttons. A POST performs the action of a button."""
    actor = actor_of(request)
    me: Any = actor.id
    view = find(pk, actor)
    listed = VIEWED[view.list]
    form = ViewForm(initial={"name": view.name, "name_en": view.name_en, "audience": view.audience})
    conflict: Conflict | None = None
    if request.method == "POST":
        form = ViewForm(request.POST) if request.POST.get("do") == "edit" else form
        try:
            if went_to := _performed(request, view, form, actor):
                return redirect(went_to)
        except Invalid as no:
            if not form.is_bound:
                raise
            add_refusal(form, no)
        except Stale:
            if not form.is_bound:
                raise
            view = find(pk, actor)
            conflict = _conflict(view, actor, form, request.POST)
    is_known = rows_of(view, actor) is not None
    context = {
        "view": view,
        "listed": listed,
        "form": form,
        "conflict": conflict,
        "url": address(view),
        "wrong": "" if is_known else _why_unknown(view, actor),
        "chosen": _in_words(listed, QueryDict(view.query), actor) if is_known else [],
        "may_edit": may_edit(actor, view),
        "may_pin": may_pin(actor, view),
        "is_default": view.defaults.filter(person_id=me).exists(),
    }
    status = 409 if conflict else 400 if form.errors else 200
    return render(request, "saved/saved_view.html", context, status=status)


def _conflict(view: SavedView, actor: Actor, form: ViewForm, sent: QueryDict) -> Conflict | None:
    """The view was changed after this form was opened, by another person or in another window."""
    if not is_behind(sent, view):
        return None
    return Conflict(
        changes("saved_view", view, actor, sent, WORDS),
        list(both(form, {name: getattr(view, name) for name in form.fields})),
    )


def _performed(request: HttpRequest, view: SavedView, form: ViewForm, actor: Actor) -> str:
    """Address after the action; "" if the form is invalid."""
    version = request.POST.get("version", "")
    seen: dict[str, Any] = {"actor": actor, "version": int(version) if version.isdecimal() else None}
    here = reverse("saved_view", args=[view.pk])
    match request.POST.get("do"):
        case "edit":
            if not form.is_valid():
                return ""
            actions.edit_view(view, **seen, **form.cleaned_data)
        case "update":
            query, chosen = read(VIEWED[view.list], request.GET, actor)
            actions.edit_view(view, **seen, query=query, chosen=chosen)
            here = address(view)
        case "pin" | "unpin" as which:
            actions.pin_view(view, **seen, pinned=which == "pin")
        case "default":
            actions.open_first(view, actor=actor)
        case "everything":
            actions.clear_default(view.list, actor=actor)
        case "delete":
            actions.delete_view(view, **seen)
            here = reverse("saved_views")
        case _:
            raise Invalid.field("do", "choice", gettext("There is no such button."))
    messages.success(request, gettext("Recorded."))
    return here


@page(CASE_READER)
def default_view(request: HttpRequest, name: str) -> HttpResponse:
    """Entry from the navigation: the person's default view if still visible, else the whole list."""
    listed, actor = _viewed(name), actor_of(request)
    me: Any = actor.id
    chosen = SavedView.objects.visible_to(actor).filter(defaults__person_id=me, defaults__list=name).first()
    return redirect(listed.url if chosen is None else address(chosen, rows_of(chosen, actor) is not None))


def find(pk: UUID, actor: Actor) -> SavedView:
    found: SavedView | None = (
        SavedView.objects.visible_to(actor).select_related("owner", "agency").filter(pk=pk).first()
    )
    if found is None:
        raise Http404
    return found


def _in_words(listed: ViewedList, params: QueryDict, actor: Actor) -> list[FacetChoice]:
    return Facets(listed.cut(params, actor), params).chosen()


def _why_unknown(view: SavedView, actor: Actor) -> str:
    try:
        read(VIEWED[view.list], QueryDict(view.query), actor)
    except Invalid as no:
        return no.detail
    return gettext("The object no longer exists.")
