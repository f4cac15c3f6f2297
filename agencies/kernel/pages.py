"""The pages of every noun: its list, and one object. Templates are those of its app, with the names of the routes."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path

from .actor import Actor
from .facets import Facets, facet_columns
from .paging import is_on_a_phone, page_of, rows_shown
from .permissions import actor_of, page
from .resource import Listing, Resource

View = Callable[..., HttpResponse]
Parts = Callable[[Any, Actor, QueryDict], dict[str, Any]]


def routes_of(resource: Resource) -> Iterable[URLPattern]:
    base = resource.path or resource.name
    if (listing := resource.listing) and listing.page:
        yield path(f"{listing.path or base}/", list_view(resource, listing), name=listing.page)
    if resource.page_parts:
        yield path(f"{base}/<uuid:pk>/", object_view(resource, resource.page_parts), name=resource.page)


def list_view(resource: Resource, listing: Listing) -> View:
    """Returns the view of its list: `listing`, `page`, its prepared `rows`, the filters `left_out` because their value
    is not understood, and what `Listing.context` adds."""
    templates = [f"{resource.model._meta.app_label}/{listing.page}.html", "list.html"]

    @page(resource.permission)
    def show(request: HttpRequest) -> HttpResponse:
        # Links of the page (sort, next page, filters) use request.GET.
        request.GET = params = request.GET or QueryDict(listing.start)
        actor = actor_of(request)
        filters = listing.filters(params, resource.list_rows(actor), actor=actor)
        if left_out := filters.left_out:
            request.GET = params = QueryDict(filters.understood)
            filters = listing.filters(params, resource.list_rows(actor), actor=actor)
        rows = listing.loaded(filters.qs, actor).defer(*listing.deferred)
        size = rows_shown(params, phone=is_on_a_phone(request))
        shown = page_of(rows, params, sorts=listing.sorts, default=listing.default, size=size)
        facets = Facets(filters, params, facet_columns(filters, listing.facets))
        context = {
            "listing": listing,
            "page": shown,
            "left_out": left_out,
            "rows": listing.prepared(shown.items, actor),
            **listing.context(facets, shown, actor),
        }
        return render(request, templates, context)

    return show


def object_view(resource: Resource, parts: Parts) -> View:
    """Returns the view of one object: the object, named as its kind, and what `Resource.page_parts` adds."""
    template = f"{resource.model._meta.app_label}/{resource.page}.html"

    @page(resource.permission)
    def show(request: HttpRequest, pk: UUID) -> HttpResponse:
        actor = actor_of(request)
        thing = get_object_or_404(resource.page_rows(resource.loaded(actor), actor), pk=pk)
        return render(request, template, {resource.kind: thing, **parts(thing, actor, request.GET)})

    return show
