"""Filters and sorts of the list of major cases."""

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import FlagFilter, ListFilter, StateFilter
from agencies.organisations.filters import AgencyFilter

from .models import MajorCase


class MajorCaseFilter(ListFilter):
    state = StateFilter(MajorCase.State.choices, label=_("State"))
    lead = AgencyFilter(label=_("Lead agency"), field_name="case__lead")
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")
    open = FlagFilter("open", label=_("Only open"))
    overdue = FlagFilter("overdue", label=_("Only late"))
