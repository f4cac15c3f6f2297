"""The page of the statutory periods."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from agencies.kernel.facets import Facets
from agencies.kernel.paging import page_of
from agencies.kernel.permissions import CASE_READER, actor_of, page
from cases.clocks.filters import DEFAULT_RULE_SORT, RULE_SORTS, RuleFilter
from cases.clocks.models import PeriodKind, PeriodRule
from cases.clocks.texts import length_of

RULES_PAGE = 200  # all of them


@page(CASE_READER)
def clock_rules(request: HttpRequest) -> HttpResponse:
    cut = RuleFilter(request.GET, PeriodRule.objects.all(), actor=actor_of(request))
    shown = page_of(cut.qs, request.GET, sorts=RULE_SORTS, default=DEFAULT_RULE_SORT, size=RULES_PAGE)
    facets = Facets(cut, request.GET)
    context = {
        "page": shown,
        "rules": [(rule, length_of(rule)) for rule in shown.items],
        "facets": [
            (_("Area of law"), facets.by_choice("track", "track", PeriodRule.Track.choices)),
            (_("Kind"), facets.by_choice("kind", "kind", PeriodKind.choices)),
        ],
    }
    return render(request, "clocks/clock_rules.html", context)
