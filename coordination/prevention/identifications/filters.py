"""Filters and sorts of the list of identifications."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.filtering import FlagFilter, ListFilter, StateFilter
from agencies.organisations.filters import AgencyFilter
from coordination.exchange.letters.filters import WaitingFor

from .models import Identification, IdentificationQuerySet


class IdentificationFilter(ListFilter):
    state = StateFilter(Identification.State.choices, label=_("State"))
    agency = AgencyFilter(label=pgettext_lazy("identification", "Asked by"))
    waiting_on = WaitingFor()
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")
    open = FlagFilter("open", label=_("Only open"))
    overdue = FlagFilter("overdue", label=_("Only late"))
    soon = FlagFilter("soon", label=_("Only due within 24 hours"))
    mine = FlagFilter(label=_("Only mine"), method="of_me")

    def of_me(self, queryset: IdentificationQuerySet, name: str, value: str) -> QuerySet[Identification]:
        return queryset.of_person(self.actor)
