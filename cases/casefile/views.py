"""Pages of cases. Template tags fetch what is in higher layers: proceedings, referrals, tasks, clocks."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import pick
from agencies.kernel.case_parts import CaseTab
from agencies.kernel.facets import Facets, named
from agencies.kernel.paging import page_of, rows_shown
from agencies.kernel.permissions import CASE_READER, actor_of, page
from agencies.kernel.resource import RESOURCES

from .access import reads_contents
from .facts import facts_of
from .filters import DEFAULT_SORT, SORTS, CaseFilter
from .models import Case, Hold, Severity
from .rows import was_removed_from

LONG = ("summary", "outcome")  # long texts that no row of the list shows
FACETS = {
    "state": ("state",),
    "lead": named("lead"),
    "violation_type": named("violation_types"),
    "severity": ("severity",),
}


@page(CASE_READER)
def cases(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    filters = CaseFilter(request.GET, Case.objects.visible_to(actor), actor=actor)
    rows = filters.qs.defer(*LONG).select_related("lead").prefetch_related("violation_types")
    found = page_of(rows, request.GET, sorts=SORTS, default=DEFAULT_SORT, size=rows_shown(request.GET))
    return render(request, "casefile/cases.html", {"page": found, **_facets(Facets(filters, request.GET, FACETS))})


@page(CASE_READER)
def case(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    matter = _visible_case(pk, actor)
    contents = reads_contents(actor, matter)
    tabs = _tabs(contents=contents)
    tab = tabs.get(request.GET.get("tab", next(iter(tabs))))
    if tab is None:
        raise Http404
    facts = facts_of(matter) if tab.key == "overview" else None
    context = {"case": matter, "contents": contents, "tabs": list(tabs.values()), "tab": tab, "facts": facts}
    return render(request, "casefile/case.html", context)


def _tabs(*, contents: bool) -> dict[str, CaseTab]:
    """The tabs that the nouns declare, in order. A share of profile `status` shows the state, one's own tasks and
    letters to one's agency."""
    declared = [tab for one in RESOURCES.values() if one.on_case for tab in one.on_case.tabs]
    shown = sorted((tab for tab in declared if contents or tab.for_status), key=lambda tab: tab.place)
    return {tab.key: tab for tab in shown}


def _visible_case(pk: UUID, actor: Actor) -> Case:
    # Many predicates of the workflow read the shares; prefetching them costs one query.
    # Leads are in a higher layer; most cases have no news, and then the page does not read them.
    news = Q(leads__revision__gt=F("leads__settled_revision"))
    visible = Case.objects.visible_to(actor).select_related("lead", "lead_offered_to")
    visible = visible.annotate(
        news=Count("leads", filter=news, distinct=True),
        removed=was_removed_from(),
        is_held=Exists(Hold.objects.standing().filter(case=OuterRef("pk"))),
    )
    found: Case = get_object_or_404(visible.prefetch_related("shares", "violation_types"), pk=pk)
    return found


def _facets(facets: Facets) -> dict[str, Any]:
    states = facets.by_choice("state", "state", Case.State.choices)
    return {
        "chips": facets.chips("state", states, _("All")),
        "chosen": facets.chosen(),
        "facets": [
            (_("State"), states),
            (_("Lead agency"), facets.by_row("lead", *FACETS["lead"], label=pick)),
            (_("Violation type"), facets.by_row("violation_type", *FACETS["violation_type"], label=pick)),
            (_("Severity"), facets.by_choice("severity", "severity", Severity.choices)),
            (_("Deadline"), facets.ticks(overdue=_("Late"), major=_("Major case"))),
        ],
    }
