"""Filters and sorts of the list of versions."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import ListFilter, StateFilter

from .models import RuleSet

SORTS = {"number": "number", "updated": "updated_at"}
DEFAULT_SORT = "-number"


class RuleSetFilter(ListFilter):
    state = StateFilter(RuleSet.State.choices, label=_("State"))
