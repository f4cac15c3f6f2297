"""Saved views of lists over JSON: the caller's own and those of their agency."""

from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.permissions import CASE_READER, actor_of
from agencies.kernel.problems import etag
from agencies.kernel.strict import Strict
from coordination.lists.listing import LISTS
from coordination.lists.saved_view_pages import address, find, read, rows_of
from coordination.lists.saved_views import actions
from coordination.lists.saved_views.models import SavedView

from . import shapes
from .versions import require_version
from .views import ApiView, validated

QUERY = _("The filters and the order, as in the address of the list: state=OPENED&sort=number")


class ViewShape(shapes.Shape[Any]):
    """`known`: whether the list still supports it. `page` is the filtered list."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    list = serializers.ChoiceField(choices=list(LISTS))
    name = serializers.CharField()
    name_en = serializers.CharField(allow_blank=True)
    query = serializers.CharField(allow_blank=True)
    audience = serializers.ChoiceField(choices=SavedView.Audience.choices)
    owner = serializers.CharField(source="owner.name")
    pinned = serializers.BooleanField(source="is_pinned")
    opens_first = serializers.BooleanField(source="is_default")
    known = serializers.BooleanField()
    page = serializers.CharField()


class SaveInput(Strict):
    list = serializers.ChoiceField(choices=list(LISTS))
    name = serializers.CharField(max_length=80)
    name_en = serializers.CharField(max_length=80, required=False, allow_blank=True)
    query = serializers.CharField(max_length=2000, required=False, allow_blank=True, help_text=QUERY)
    audience = serializers.ChoiceField(choices=SavedView.Audience.choices)


class EditInput(Strict):
    """The changes, and the version that was read unless If-Match names it."""

    version = serializers.IntegerField(min_value=1, required=False)
    name = serializers.CharField(max_length=80, required=False)
    name_en = serializers.CharField(max_length=80, required=False, allow_blank=True)
    query = serializers.CharField(max_length=2000, required=False, help_text=QUERY)
    audience = serializers.ChoiceField(choices=SavedView.Audience.choices, required=False)


class PerformInput(Strict):
    version = serializers.IntegerField(min_value=1, required=False)


class SavedViewsView(ApiView):
    """All views that the caller may open."""

    operations = {
        "GET": (
            "list",
            _("List"),
            _("The caller's own views and those of the caller's agency; a connected system has none."),
        ),
        "POST": (
            "save",
            _("Save view"),
            _("Saves the filters of a list under a name. Filters that the list does not know are refused."),
        ),
    }
    permission = CASE_READER
    resource = "saved-views"

    query = (OpenApiParameter("list", str, enum=list(LISTS)),)

    @extend_schema(responses=ViewShape(many=True))
    def get(self, request: Request) -> Response:
        actor, name = actor_of(request), request.query_params.get("list", "")
        if name and name not in LISTS:
            raise Invalid.field("list", "choice", str(_("There is no such list.")))
        views = SavedView.objects.visible_to(actor).in_order(actor).select_related("owner")
        return Response([_shown(view, actor) for view in (views.filter(list=name) if name else views)])

    @extend_schema(request=SaveInput, responses={201: ViewShape})
    def post(self, request: Request) -> Response:
        actor, body = actor_of(request), validated(SaveInput, request)
        query, chosen = read(LISTS[body["list"]], QueryDict(body.get("query", "")), actor)
        view = actions.save_view(
            actor=actor,
            list_name=body["list"],
            name=body["name"],
            name_en=body.get("name_en", ""),
            query=query,
            chosen=chosen,
            audience=body["audience"],
        )
        where = request.build_absolute_uri(reverse("api-saved-views-one", args=[view.pk]))
        return Response(_read(view.pk, actor), status=201, headers={"Location": where})

    def again(self, request: Request, made: list[str], *args: Any, **kwargs: Any) -> Response:
        return Response(_read(UUID(made[0]), actor_of(request)))


class SavedViewView(ApiView):
    """One view; a POST changes it."""

    operations = {
        "GET": ("read", _("Read one"), _("One view.")),
        "POST": ("edit", _("Change the view"), _("Changes its name, filters or visibility.")),
    }
    permission = CASE_READER
    resource = "saved-views"
    versioned = True

    @extend_schema(responses=ViewShape)
    def get(self, request: Request, pk: UUID) -> Response:
        view = _read(pk, actor_of(request))
        return Response(view, headers={"ETag": etag(view["version"])})

    @extend_schema(request=EditInput, responses=ViewShape)
    def post(self, request: Request, pk: UUID) -> Response:
        actor = actor_of(request)
        view, body = find(pk, actor), validated(EditInput, request)
        require_version(request, body, view.version)
        body.setdefault("version", view.version)
        if "query" in body:
            body["query"], body["chosen"] = read(LISTS[view.list], QueryDict(body["query"]), actor)
        actions.edit_view(view, actor=actor, **body)
        return self.get(request, pk)

    def again(self, request: Request, made: list[str], pk: UUID) -> Response:
        return self.get(request, pk)


class SavedViewDeleteView(ApiView):
    """Deletes one."""

    operations = {"POST": ("delete", _("Delete view"), _("Deletes a view."))}
    permission = CASE_READER
    resource = "saved-views"
    versioned = True

    @extend_schema(request=PerformInput, responses={204: None})
    def post(self, request: Request, pk: UUID) -> Response:
        actor = actor_of(request)
        view, body = find(pk, actor), validated(PerformInput, request)
        require_version(request, body, view.version)
        actions.delete_view(view, actor=actor, **{"version": view.version} | body)
        return Response(status=204)

    def made_by(self, response: Response) -> list[str]:
        return []

    def again(self, request: Request, made: list[str], pk: UUID) -> Response:
        return Response(status=204)


def _read(pk: UUID, actor: Actor) -> Any:
    found = SavedView.objects.visible_to(actor).in_order(actor).select_related("owner").get(pk=find(pk, actor).pk)
    return _shown(found, actor)


def _shown(view: Any, actor: Actor) -> Any:
    view.known = rows_of(view, actor) is not None
    view.page = address(view, view.known)
    return ViewShape(view).data
