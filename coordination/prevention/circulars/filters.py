"""Filters of the list of circulars."""

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import FlagFilter, ListFilter, StateFilter
from agencies.organisations.filters import AgencyFilter

from .models import Circular


class CircularFilter(ListFilter):
    state = StateFilter(Circular.State.choices, label=_("State"))
    kind = django_filters.MultipleChoiceFilter(label=_("Kind"), choices=Circular.Kind.choices)
    agency = AgencyFilter(label=_("Agency"))
    open = FlagFilter("open", label=_("Only open"))
