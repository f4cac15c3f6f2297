"""Pages of visits."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from agencies.kernel.list_page import list_page
from agencies.kernel.permissions import CASE_READER, actor_of, page
from coordination.exchange.letters.reading import timeline

from .models import Visit
from .resource import RESOURCE, SORTS, VisitFilter


@page(CASE_READER)
def visits(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    visible = Visit.objects.visible_to(actor)
    filters = VisitFilter(request.GET, visible, actor=actor)
    context = list_page(
        request.GET,
        filters,
        RESOURCE.listing.loaded(filters.qs, actor),
        sorts=SORTS,
        default="due",
        lists=(_("Visits"), ((_("All"), "", visible),)),
        facets=("state",),
    )
    return render(request, "visits/visits.html", context)


@page(CASE_READER)
def visit(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    found = RESOURCE.find(actor, pk)
    return render(request, "visits/visit.html", {"visit": found, "events": timeline(actor, found)})
