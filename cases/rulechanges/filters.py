"""Filters and sorts of the list of changes."""

from agencies.kernel.filtering import ListFilter, StateFilter

from .models import RuleChange


class RuleChangeFilter(ListFilter):
    state = StateFilter(RuleChange.State.choices)
