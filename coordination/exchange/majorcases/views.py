"""Pages of major cases: the list, and one mark with its entries of progress."""

from uuid import UUID

from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.bilingual import pick
from agencies.kernel.facets import Choice, Facets, named
from agencies.kernel.paging import page_of
from agencies.kernel.permissions import CASE_READER, actor_of, page
from cases.clocks.models import Clock

from .filters import DEFAULT_SORT, SORTS, MajorCaseFilter
from .models import MajorCase


@page(CASE_READER)
def major_cases(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    visible = MajorCase.objects.visible_to(actor)
    filters = MajorCaseFilter(request.GET, visible, actor=actor)
    facets = Facets(filters, request.GET)
    late = Count("pk", filter=Q(pk__in=MajorCase.objects.overdue().values("pk")))
    counts = visible.aggregate(open=Count("pk", filter=Q(state=MajorCase.State.ACTIVE)), overdue=late, all=Count("pk"))
    lists = {
        "open=1": (_("Open"), counts["open"], ["open"]),
        "overdue=1": (_("Late"), counts["overdue"], ["overdue"]),
        "": (_("All"), counts["all"], []),
    }
    found = filters.qs.select_related("case__lead").annotate(reported_at=Max("entries__at"))
    context = {
        "page": page_of(found, request.GET, sorts=SORTS, default=DEFAULT_SORT),
        "chips": [
            Choice(label, f"?{query}", count, active=filters.active == names)
            for query, (label, count, names) in lists.items()
        ],
        "chips_label": _("Filter of major cases"),
        "chosen": facets.chosen(),
        "facets": [
            (_("State"), facets.by_choice("state", "state", MajorCase.State.choices)),
            (
                _("Lead agency"),
                facets.by_row("lead", *named("case__lead"), label=pick),
            ),
        ],
        "now": times.now(),
    }
    return render(request, "majorcases/major_cases.html", context)


@page(CASE_READER)
def major_case(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    visible = MajorCase.objects.visible_to(actor).select_related("case__lead", "designated_by__agency")
    mark = get_object_or_404(visible, pk=pk)
    events = Event.objects.filter(object_kind="major_case", object_id=pk).readable_by_agency(actor.agency_id)
    context = {
        "mark": mark,
        "entries": mark.entries.select_related("author__agency"),
        "clocks": Clock.objects.running().about(mark).select_related("rule").order_by("due_at"),
        "events": events.select_related("note").order_by("-happened_at", "-id"),
        "now": times.now(),
    }
    return render(request, "majorcases/major_case.html", context)
