"""Filters of the list of exporters."""

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import ListFilter, StateFilter

from .models import Exporter


class ExporterFilter(ListFilter):
    state = StateFilter(Exporter.State.choices)
    district = django_filters.CharFilter("district__code", label=_("Customs district"))
    circular = django_filters.UUIDFilter("addressed__circular", label=_("Circular"))
    number = django_filters.CharFilter("uscc", label=_("Unified social credit code"))
