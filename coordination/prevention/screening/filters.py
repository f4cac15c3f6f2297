"""Filters of the list of screening matches."""

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.filtering import FlagFilter, ListFilter, StateFilter
from cases.watchlists.models import WatchList

from .models import GradeOfMatch, Match, MatchQuerySet


class MatchFilter(ListFilter):
    state = StateFilter(Match.State.choices, label=_("State"))
    grade = django_filters.MultipleChoiceFilter(label=_("Grade"), choices=GradeOfMatch.choices)
    watch_list = django_filters.MultipleChoiceFilter(
        label=pgettext_lazy("watch list", "List"),
        field_name="listing__watch_list",
        choices=[one for one in WatchList.choices if one[0] != WatchList.ROUTE],
    )
    code = django_filters.CharFilter(label=_("Entry"))
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")
    lead = django_filters.UUIDFilter(label=_("Lead"), field_name="lead_id")
    open = FlagFilter("open", label=_("Only open"))
    waiting = FlagFilter(label=_("Only waiting for us"), method="of_us")

    def of_us(self, queryset: MatchQuerySet, name: str, value: str) -> MatchQuerySet:
        return queryset.waiting_on(self.actor.agency_id)
