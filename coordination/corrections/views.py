"""Pages of what was recorded for others, and of what is put right in the record."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from agencies.journal.models import BehalfStep, Event
from agencies.kernel.doors import CASE_READER, actor_of, page
from agencies.organs.models import Agency


@page(CASE_READER)
def recorded_step(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One step that was recorded for an organ, with what that organ said of it since."""
    actor = actor_of(request)
    found = get_object_or_404(BehalfStep.objects.visible_to(actor).select_related("event__note"), pk=pk)
    since = Event.objects.filter(object_kind="behalf", object_id=pk).within_reach_of(actor.organ_id)
    organs = Agency.objects.in_bulk([found.organ_id, found.recorder_id])
    context = {
        "step": found,
        "organ": organs[found.organ_id],
        "recorder": organs[found.recorder_id],
        "events": [*since.select_related("note").order_by("-id"), found.event],
    }
    return render(request, "corrections/recorded_step.html", context)
