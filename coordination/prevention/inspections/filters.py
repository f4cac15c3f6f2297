"""Filters of the list of inspections."""

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import FlagFilter, ListFilter, StateFilter
from agencies.organisations.filters import AgencyFilter

from .models import Inspection, InspectionQuerySet


class InspectionFilter(ListFilter):
    state = StateFilter(Inspection.State.choices)
    basis = django_filters.ChoiceFilter(label=_("Basis"), choices=Inspection.Basis.choices)
    agency = AgencyFilter()
    exporter = django_filters.UUIDFilter("exporter_id", label=_("Exporter"))
    district = django_filters.CharFilter("district__code", label=_("Customs district"))
    material = django_filters.CharFilter("material", label=_("Mineral"))
    open = FlagFilter("open", label=_("Only open"))
    overdue = FlagFilter("overdue", label=_("Only late"))
    mine = FlagFilter(label=_("Only mine"), method="of_me")

    def of_me(self, rows: InspectionQuerySet, name: str, value: str) -> InspectionQuerySet:
        return rows.of_person(self.actor) if value == "1" else rows
