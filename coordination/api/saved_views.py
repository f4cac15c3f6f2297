"""Saved views of lists over JSON: the caller's own and those of their agency."""

from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response
from rest_framework.serializers import BooleanField, CharField, ChoiceField, IntegerField, UUIDField

from agencies.kernel.actor import Actor
from agencies.kernel.shapes import Shape
from agencies.kernel.strict import Strict
from coordination.lists.saved_view_pages import VIEWED, address, find, read, rows_of
from coordination.lists.saved_views import actions
from coordination.lists.saved_views.models import SavedView

from .operations import Call, get, post
from .versions import require_version

QUERY = _("The filters and the order, as in the address of the list: state=OPENED&sort=number")


class ViewShape(Shape):
    """`known`: whether the list still supports it. `page` is the filtered list."""

    id = UUIDField()
    version = IntegerField()
    list = ChoiceField(choices=list(VIEWED))
    name = CharField()
    name_en = CharField()
    query = CharField()
    audience = ChoiceField(choices=SavedView.Audience.choices)
    owner = CharField(source="owner.name")
    pinned = BooleanField(source="is_pinned")
    opens_first = BooleanField(source="is_default")
    known = BooleanField()
    page = CharField()


class SaveInput(Strict):
    list = ChoiceField(choices=list(VIEWED))
    name = CharField(max_length=80)
    name_en = CharField(max_length=80, required=False, allow_blank=True)
    query = CharField(max_length=2000, required=False, allow_blank=True, help_text=QUERY)
    audience = ChoiceField(choices=SavedView.Audience.choices)


class EditInput(Strict):
    """The changes, and the version that was read unless If-Match names it."""

    version = IntegerField(min_value=1, required=False)
    name = CharField(max_length=80, required=False)
    name_en = CharField(max_length=80, required=False, allow_blank=True)
    query = CharField(max_length=2000, required=False, help_text=QUERY)
    audience = ChoiceField(choices=SavedView.Audience.choices, required=False)


class PerformInput(Strict):
    version = IntegerField(min_value=1, required=False)


@get(
    "saved-views/",
    "list",
    _("List"),
    _("The caller's own views and those of the caller's agency; a connected system has none."),
    query=(OpenApiParameter("list", str, enum=list(VIEWED)),),
    answers=[ViewShape],
)
def saved_views(call: Call) -> Any:
    """All views that the caller may open."""
    views, name = SavedView.objects.visible_to(call.actor).in_order(call.actor), call.query.get("list", "")
    chosen = (views.filter(list=name) if name else views).select_related("owner")
    return [_with_page(view, call.actor) for view in chosen]


@get("saved-views/<uuid:pk>/", "read", _("Read one"), _("One view."), answers=ViewShape, tagged=True)
def saved_view(call: Call, pk: Any) -> Any:
    views = SavedView.objects.visible_to(call.actor).in_order(call.actor).select_related("owner")
    view = _with_page(views.get(pk=find(pk, call.actor).pk), call.actor)
    call.tag(view.version)
    return view


def _saved(call: Call, pk: str) -> Any:
    where = reverse("api-saved-views-one", args=[pk])
    call.headers["Location"] = call.request.build_absolute_uri(where)
    return saved_view(call, pk)


@post(
    "saved-views/",
    "save",
    _("Save view"),
    _("Saves the filters of a list under a name. Filters that the list does not know are refused."),
    accepts=SaveInput,
    answers=ViewShape,
    statuses=(201,),
    tagged=True,
    then=_saved,
)
def save(call: Call) -> list[Any]:
    body = dict(call.given)
    query, chosen = read(VIEWED[body["list"]], QueryDict(body.pop("query", "")), call.actor)
    named = {"list_name": body.pop("list"), "name_en": body.pop("name_en", "")}
    return [actions.save_view(actor=call.actor, query=query, chosen=chosen, **named, **body).pk]


@post(
    "saved-views/<uuid:pk>/",
    "edit",
    _("Change the view"),
    _("Changes its name, filters or visibility."),
    accepts=EditInput,
    answers=ViewShape,
    versioned=True,
    then=saved_view,
)
def edit(call: Call, pk: UUID) -> list[Any]:
    view, body = find(pk, call.actor), _versioned(call, pk)
    if "query" in body:
        body["query"], body["chosen"] = read(VIEWED[view.list], QueryDict(body["query"]), call.actor)
    actions.edit_view(view, actor=call.actor, **body)
    return [pk]


@post(
    "saved-views/<uuid:pk>/delete/",
    "delete",
    _("Delete view"),
    _("Deletes a view."),
    accepts=PerformInput,
    statuses=(204,),
    versioned=True,
    then=lambda call, pk: Response(),
)
def delete(call: Call, pk: UUID) -> list[Any]:
    actions.delete_view(find(pk, call.actor), actor=call.actor, **_versioned(call, pk))
    return [pk]


def _versioned(call: Call, pk: UUID) -> dict[str, Any]:
    """The body with the version that was read. Raises VersionRequired or Stale."""
    version = find(pk, call.actor).version
    require_version(call.request, call.given, version)
    return {"version": version} | call.given


def _with_page(view: Any, actor: Actor) -> Any:
    view.known = rows_of(view, actor) is not None
    view.page = address(view, view.known)
    return view
