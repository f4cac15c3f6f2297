"""The page of a decision about one party."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from agencies.kernel.permissions import CASE_READER, actor_of, page
from cases.casefile.steps import steps_of

from ..decision_page import DecisionPage
from ..models import Decision


@page(CASE_READER)
def decision(request: HttpRequest, pk: UUID) -> HttpResponse:
    """From notice to execution, for its own agency, and for the centre if it reads the contents."""
    actor = actor_of(request)
    related = ("proceeding__case", "proceeding__agency", "party", "act", "reviewer")
    line: Decision = get_object_or_404(Decision.objects.visible_to(actor).select_related(*related), pk=pk)
    steps = steps_of([(line, [line.proceeding.agency])], actor, case_id=line.proceeding.case_id)
    context = {"line": line, "parts": DecisionPage(line, actor), "steps": steps[line.pk]}
    return render(request, "proceedings/decision.html", context)
