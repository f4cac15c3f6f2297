"""Filters of the lists of letters to exporters and of releases."""

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import FlagFilter, ListFilter, StateFilter
from agencies.organisations.filters import AgencyFilter

from .models import ExporterLetter, Release


class ExporterLetterFilter(ListFilter):
    state = StateFilter(ExporterLetter.State.choices, label=_("State"))
    kind = django_filters.MultipleChoiceFilter(label=_("Kind"), choices=ExporterLetter.Kind.choices)
    agency = AgencyFilter(label=_("Agency"))
    exporter = django_filters.UUIDFilter(label=_("Exporter"), field_name="exporter_id")
    circular = django_filters.UUIDFilter(label=_("Circular"), field_name="addressee__circular")
    open = FlagFilter("open", label=_("Only open"))
    overdue = FlagFilter("overdue", label=_("Only late"))
    soon = FlagFilter("soon", label=_("Only due within 24 hours"))


class ReleaseFilter(ListFilter):
    state = StateFilter(Release.State.choices, label=_("State"))
    open = FlagFilter("open", label=_("Only open"))
