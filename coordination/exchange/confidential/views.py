"""Pages of confidential letters."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from agencies.journal.models import Event
from agencies.kernel.paging import page_of
from agencies.kernel.permissions import CASE_READER, actor_of, page
from cases.casefile.models import Case

from .actions import confidential_stream
from .filters import DEFAULT_SORT, SORTS, ConfidentialFilter
from .models import READ, ConfidentialLetter

READS_SHOWN = 10


@page(CASE_READER)
def confidential_letters(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    filters = ConfidentialFilter(request.GET, ConfidentialLetter.objects.visible_to(actor), actor=actor)
    found = page_of(filters.qs.select_related("agency"), request.GET, sorts=SORTS, default=DEFAULT_SORT)
    return render(request, "confidential/confidential_letters.html", {"page": found, "filter": filters})


@page(CASE_READER)
def confidential_letter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Shows one letter. A named person, such as the head of a superior agency, need not see the case."""
    actor = actor_of(request)
    visible = ConfidentialLetter.objects.visible_to(actor).select_related("case", "agency", "deciding_agency")
    letter = get_object_or_404(visible, pk=pk)
    stream = confidential_stream(letter.pk)
    events = Event.objects.of_stream(stream.kind, stream.subject)
    context = {
        "letter": letter,
        "named": letter.named_people.select_related("user__agency"),
        "sees_case": Case.objects.visible_to(actor).filter(pk=letter.case_id).exists(),
        "events": events.exclude(verb=READ).select_related("note").order_by("-id"),
        "reads": events.filter(verb=READ).select_related("note").order_by("-id")[:READS_SHOWN],
    }
    return render(request, "confidential/confidential_letter.html", context)
