"""Filters and sorts of the list of findings of military end use."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.filtering import FlagFilter, ListFilter, StateFilter
from agencies.organisations.filters import AgencyFilter

from .models import EndUseFinding, EndUseFindingQuerySet


class EndUseFindingFilter(ListFilter):
    state = StateFilter(EndUseFinding.State.choices, label=_("State"))
    conclusion = django_filters.ChoiceFilter(
        label=pgettext_lazy("end use", "Conclusion"), choices=EndUseFinding.Conclusion.choices
    )
    agency = AgencyFilter(label=_("Agency"))
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")
    open = FlagFilter("open", label=_("Only open"))
    waiting = FlagFilter(label=_("Only waiting for us"), method="of_us")

    def of_us(self, queryset: EndUseFindingQuerySet, name: str, value: str) -> QuerySet[EndUseFinding]:
        return queryset.waiting_on(self.actor.agency_id)
