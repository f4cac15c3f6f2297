"""The page of a proxy recording."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from agencies.journal.models import Event, ProxyStep
from agencies.kernel.permissions import CASE_READER, actor_of, page
from agencies.organisations.models import agencies_by_id


@page(CASE_READER)
def recorded_step(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Shows a step that was recorded for an agency, with that agency's response."""
    actor = actor_of(request)
    found = get_object_or_404(ProxyStep.objects.visible_to(actor).select_related("event__note"), pk=pk)
    since = Event.objects.filter(object_kind="proxy", object_id=pk).readable_by_agency(actor.agency_id)
    agencies = agencies_by_id([found.agency_id, found.recorder_id])
    context = {
        "step": found,
        "agency": agencies[found.agency_id],
        "recorder": agencies[found.recorder_id],
        "events": [*since.select_related("note").order_by("-id"), found.event],
    }
    return render(request, "corrections/recorded_step.html", context)
