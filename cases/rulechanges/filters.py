"""Filters and sorts of the list of changes."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import ListFilter, States

from .models import RuleChange


class RuleChangeFilter(ListFilter):
    state = States(RuleChange.State.choices, label=_("State"))
