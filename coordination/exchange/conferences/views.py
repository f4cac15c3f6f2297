"""Pages of conferences. Minutes and resolutions appear only to readers of the case."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from agencies.kernel.list_page import list_page
from agencies.kernel.permissions import CASE_READER, actor_of, page
from cases.casefile.models import Case
from cases.casefile.of_case import with_case_seen
from coordination.exchange.letters.reading import timeline
from coordination.exchange.tasks.models import Task

from .access import reads_inside
from .filters import DEFAULT_SORT, SORTS, ConferenceFilter
from .models import Conference, must_confirm


@page(CASE_READER)
def conferences(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    visible = Conference.objects.visible_to(actor)
    filters = ConferenceFilter(request.GET, visible, actor=actor)
    lists = (
        (_("Waiting for us"), "waiting=1", visible.waiting_on(actor)),
        (_("Open"), "open=1", visible.open()),
        (_("All"), "", visible),
    )
    context = list_page(
        request.GET,
        filters,
        with_case_seen(filters.qs, actor).select_related("case", "agency"),
        sorts=SORTS,
        default=DEFAULT_SORT,
        lists=(_("Conference filter"), lists),
        facets=("state", "agency"),
    )
    return render(request, "conferences/conferences.html", context)


@page(CASE_READER)
def conference(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    visible = Conference.objects.visible_to(actor).select_related("case", "agency", "convener")
    # Permissions read participants and shares repeatedly.
    found = get_object_or_404(visible.prefetch_related("participants", "case__shares"), pk=pk)
    inside = reads_inside(actor, found)
    people = found.participants.select_related("agency").prefetch_related("desks", "people").order_by("agency")
    tasks = Task.objects.visible_to(actor).filter(resolved_by__conference=found)
    context = {
        "conference": found,
        "inside": inside,
        "participants": people,
        "minutes": list(found.minutes.all()) if inside else [],
        "owed": set(must_confirm(found).values_list("pk", flat=True)) if inside and found.edition else set(),
        "resolutions": found.resolutions.select_related("agency") if inside else [],
        "tasks_seen": {task.pk for task in tasks} if inside else set(),
        "sees_case": Case.objects.visible_to(actor).filter(pk=found.case_id).exists(),
        "events": timeline(actor, found),
    }
    return render(request, "conferences/conference.html", context)
