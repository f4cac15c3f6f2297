"""Pages of deadlines: the rules in force, and what runs for an organ."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from agencies.kernel.bilingual import pick
from agencies.kernel.doors import CASE_READER, actor_of, page
from agencies.kernel.facets import Choice, Facets, url_with
from agencies.kernel.paging import page_of
from cases.casefile.models import Case
from cases.clocks.filters import (
    CLOCK_SORTS,
    DEFAULT_CLOCK_SORT,
    DEFAULT_RULE_SORT,
    DUE,
    RULE_SORTS,
    ClockFilter,
    RuleFilter,
)
from cases.clocks.models import Clock, Kind, Rule
from cases.clocks.words import length_of

RULES_PAGE = 100
SUBJECTS = {
    "lead": _("Lead"),
    "proceeding": _("Proceeding"),
    "decision": _("Decision on a party"),
    "suspect": _("Suspect"),
    "referral": _("Referral"),
}


@page(CASE_READER)
def clock_rules(request: HttpRequest) -> HttpResponse:
    """The law's periods as the system counts them."""
    cut = RuleFilter(request.GET, Rule.objects.all(), actor=actor_of(request))
    shown = page_of(cut.qs, request.GET, sorts=RULE_SORTS, default=DEFAULT_RULE_SORT, size=RULES_PAGE)
    facets = Facets(cut, request.GET)
    context = {
        "page": shown,
        "rules": [(rule, length_of(rule)) for rule in shown.items],
        "facets": [
            (_("Part of the law"), facets.by_choice("track", "track", Rule.Track.choices)),
            (_("Kind"), facets.by_choice("kind", "kind", Kind.choices)),
        ],
    }
    return render(request, "clocks/clock_rules.html", context)


@page(CASE_READER)
def running_clocks(request: HttpRequest) -> HttpResponse:
    """What an organ must keep, nearest first. The centre chooses whose; everybody else sees his own organ's."""
    actor = actor_of(request)
    clocks = Clock.objects.visible_to(actor).pending()
    cut = ClockFilter(request.GET, clocks if actor.is_centre else clocks.concerning(actor.own_organ), actor=actor)
    # The receiver of a transfer has a deadline on a case that is not, or not yet, his to see.
    seen = Exists(Case.objects.visible_to(actor).filter(pk=OuterRef("case_id")))
    rows = cut.qs.select_related("rule", "case", "organ").annotate(case_seen=seen)
    shown = page_of(rows, request.GET, sorts=CLOCK_SORTS, default=DEFAULT_CLOCK_SORT)
    facets = Facets(cut, request.GET)
    context = {
        "page": shown,
        "lines": [(clock, SUBJECTS.get(clock.subject_kind, clock.subject_kind)) for clock in shown.items],
        "filter": cut,
        "chips": _due_chips(cut, facets, request.GET),
        "facets": _facets(facets, across_organs=actor.is_centre),
    }
    return render(request, "clocks/running_clocks.html", context)


def _facets(facets: Facets, *, across_organs: bool) -> list[Any]:
    shown = [(_("Kind"), facets.by_choice("kind", "rule__kind", Kind.choices))]
    if across_organs:
        names = ("organ__code", "organ__name_zh", "organ__name_en")
        shown.append((_("Who must act"), facets.by_row("organ", *names, label=pick)))
    return shown


def _due_chips(cut: ClockFilter, facets: Facets, params: QueryDict) -> list[Choice]:
    """How near, as chips that exclude each other; one query counts them all."""
    near = {value: cut.due_in(Clock.objects.all(), "due", value).values("pk") for value in DUE}
    counts = facets.others("due").aggregate(
        total=Count("pk"), **{value: Count("pk", filter=Q(pk__in=rows)) for value, rows in near.items()}
    )
    chosen = params.get("due", "")
    first = Choice(_("All running"), url_with(params, due=[]), counts["total"], not chosen)
    rest = (
        Choice(label, url_with(params, due=[value]), counts[value], chosen == value) for value, label in DUE.items()
    )
    return [first, *rest]
