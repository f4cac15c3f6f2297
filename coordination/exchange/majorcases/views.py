"""Pages of major cases: the list, and one mark with its entries of progress."""

from uuid import UUID

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from agencies.kernel.list_page import list_page
from agencies.kernel.permissions import CASE_READER, actor_of, page
from cases.clocks.models import Clock
from coordination.exchange.letters.reading import timeline

from .filters import DEFAULT_SORT, SORTS, MajorCaseFilter
from .models import MajorCase


@page(CASE_READER)
def major_cases(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    visible = MajorCase.objects.visible_to(actor)
    filters = MajorCaseFilter(request.GET, visible, actor=actor)
    lists = (
        (_("Open"), "open=1", visible.open()),
        (_("Late"), "overdue=1", visible.overdue()),
        (_("All"), "", visible),
    )
    context = list_page(
        request.GET,
        filters,
        filters.qs.select_related("case__lead").annotate(reported_at=Max("entries__at")),
        sorts=SORTS,
        default=DEFAULT_SORT,
        lists=(_("Filter of major cases"), lists),
        facets=("state", "lead"),
    )
    return render(request, "majorcases/major_cases.html", context)


@page(CASE_READER)
def major_case(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    visible = MajorCase.objects.visible_to(actor).select_related("case__lead", "designated_by__agency")
    mark = get_object_or_404(visible, pk=pk)
    context = {
        "mark": mark,
        "entries": mark.entries.select_related("author__agency"),
        "clocks": Clock.objects.running().about(mark).select_related("rule").order_by("due_at"),
        "events": timeline(actor, mark),
    }
    return render(request, "majorcases/major_case.html", context)
