"""Filters and sorts of the conference list."""

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import Flag, ListFilter, States
from agencies.organisations.filters import AgencyFilter

from .models import Conference, ConferenceQuerySet


class ConferenceFilter(ListFilter):
    state = States(Conference.State.choices, label=_("State"))
    agency = AgencyFilter(label=_("Called by"))
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")
    waiting = Flag(label=_("Only waiting for us"), method="of_us")
    open = Flag("open", label=_("Only open"))

    def of_us(self, queryset: ConferenceQuerySet, name: str, value: str) -> ConferenceQuerySet:
        return queryset.waiting_on(self.actor)
