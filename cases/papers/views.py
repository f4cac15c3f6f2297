"""Pages of incoming papers, and their files."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from agencies.journal.models import Event
from agencies.kernel.actor import Actor
from agencies.kernel.permissions import CASE_READER, actor_of, page
from cases.casefile.models import Case

from .files import scan_response
from .models import IncomingPaper


@page(CASE_READER)
def incoming(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    paper = visible_incoming(pk, actor)
    events = Event.objects.filter(object_kind="incoming", object_id=pk).readable_by_agency(actor.agency_id)
    context = {
        "paper": paper,
        "sees_case": Case.objects.visible_to(actor).filter(pk=paper.case_id).exists(),
        "events": events.select_related("note").order_by("-happened_at", "-id"),
    }
    return render(request, "papers/incoming.html", context)


@page(CASE_READER)
def incoming_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The scan as it was received."""
    return scan_response(visible_incoming(pk, actor_of(request)))


def visible_incoming(pk: UUID, actor: Actor) -> IncomingPaper:
    visible = IncomingPaper.objects.visible_to(actor).select_related("case", "agency", "keeper")
    found: IncomingPaper = get_object_or_404(visible, pk=pk)
    return found
