"""Filters and sorts of the list of versions."""

from agencies.kernel.filtering import ListFilter, StateFilter
from agencies.kernel.resource import Listing

from .models import RuleSet


class RuleSetFilter(ListFilter):
    state = StateFilter(RuleSet.State.choices)


class RuleSetList(Listing):
    filters = RuleSetFilter
    sorts = {"number": "number", "updated": "updated_at"}
    default = "-number"
    related = ("agency",)
