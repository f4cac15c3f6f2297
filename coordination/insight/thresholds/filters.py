"""Filters and sorts of the list of thresholds."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import ListFilter, StateFilter

from .models import Threshold


class ThresholdFilter(ListFilter):
    state = StateFilter(Threshold.State.choices, label=_("State"))
