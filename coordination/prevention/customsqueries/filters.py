"""Filters and sorts of the list of customs queries."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import FlagFilter, ListFilter, StateFilter
from agencies.organisations.filters import AgencyFilter
from cases.controls.forms import CountryField

from .models import CustomsQuery, QueryQuerySet


class DestinationFilter(django_filters.CharFilter):  # type: ignore[misc]  # the library ships no types
    field_class = CountryField


class QueryFilter(ListFilter):
    state = StateFilter(CustomsQuery.State.choices, label=_("State"))
    agency = AgencyFilter(label=_("Customs"))
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")
    declaration_no = django_filters.CharFilter(label=_("Declaration number"))
    destination = DestinationFilter(label=_("Final destination"))
    open = FlagFilter("open", label=_("Only open"))
    mine = FlagFilter(label=_("Only mine"), method="of_me")

    def of_me(self, queryset: QueryQuerySet, name: str, value: str) -> QuerySet[CustomsQuery]:
        return queryset.of_person(self.actor)
