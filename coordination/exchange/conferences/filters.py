"""Filters and sorts of the conference list."""

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import FlagFilter, ListFilter, StateFilter
from agencies.organisations.filters import AgencyFilter

from .models import Conference, ConferenceQuerySet


class ConferenceFilter(ListFilter):
    state = StateFilter(Conference.State.choices, label=_("State"))
    agency = AgencyFilter(label=_("Called by"))
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")
    waiting = FlagFilter(label=_("Only waiting for us"), method="of_us")
    open = FlagFilter("open", label=_("Only open"))

    def of_us(self, queryset: ConferenceQuerySet, name: str, value: str) -> ConferenceQuerySet:
        return queryset.waiting_on(self.actor)
