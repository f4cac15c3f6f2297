"""Filters and sorts of the list of thresholds."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import ListFilter, States

from .models import Threshold


class ThresholdFilter(ListFilter):
    state = States(Threshold.State.choices, label=_("State"))
