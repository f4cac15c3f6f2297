"""Filters and sorts of the licences."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.filtering import FlagFilter, ListFilter, StateFilter
from cases.controls.forms import CountryField

from .models import Licence


class DestinationFilter(django_filters.CharFilter):  # type: ignore[misc]  # the library ships no types
    field_class = CountryField


class LicenceFilter(ListFilter):
    state = StateFilter(Licence.State.choices, label=_("State"))
    destination = DestinationFilter(label=_("Final destination"))
    valid = FlagFilter(label=_("Only valid today"), method="of_today")

    def of_today(self, queryset: QuerySet[Licence], name: str, value: str) -> QuerySet[Licence]:
        today = times.today()
        return queryset.filter(state=Licence.State.ISSUED, valid_from__lte=today, valid_until__gte=today)
