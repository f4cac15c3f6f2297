"""Pages of proxy recordings and corrections."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from agencies.journal.models import Event, ProxyStep
from agencies.kernel.paging import page_of
from agencies.kernel.permissions import CASE_READER, STAFF, actor_of, page
from agencies.organisations.models import agencies_by_id

from .filters import DEFAULT_SORT, SORTS, CorrectionFilter
from .models import Correction


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


@page(STAFF)
def corrections(request: HttpRequest) -> HttpResponse:
    """Shows the corrections proposed by the agency, and steps recorded for it before it used the system."""
    actor = actor_of(request)
    filters = CorrectionFilter(request.GET, Correction.objects.visible_to(actor), actor=actor)
    rows = filters.qs.select_related("case", "lead", "event", "proposer")
    found = page_of(rows, request.GET, sorts=SORTS, default=DEFAULT_SORT)
    unsaid = ProxyStep.objects.visible_to(actor).filter(agency_id=actor.own_agency, state=ProxyStep.State.RECORDED)
    context = {"page": found, "filter": filters, "steps": unsaid.select_related("event")[:20]}
    return render(request, "corrections/corrections.html", context)


@page(STAFF)
def correction(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Shows one correction: the recorded value, the proposed value, and who decides."""
    actor = actor_of(request)
    visible = Correction.objects.visible_to(actor).select_related("case", "lead", "event__note", "agency", "proposer")
    found = get_object_or_404(visible, pk=pk)
    about = Event.objects.filter(object_kind="correction", object_id=pk).readable_by_agency(actor.agency_id)
    context = {
        "correction": found,
        "record": [found.event],
        "events": about.select_related("note").order_by("-id"),
    }
    return render(request, "corrections/correction.html", context)
