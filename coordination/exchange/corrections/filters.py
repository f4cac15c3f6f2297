"""Filters and sorts of the list of corrections."""

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import ListFilter, StateFilter

from .models import Correction


class CorrectionFilter(ListFilter):
    state = StateFilter(Correction.State.choices, label=_("State"))
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")
    lead = django_filters.UUIDFilter(label=_("Lead"), field_name="lead_id")
