"""Filters and sorts of the list of typical cases."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import FlagFilter, ListFilter, StateFilter
from agencies.organisations.filters import AgencyFilter

from .models import TypicalCase


class TypicalCaseFilter(ListFilter):
    state = StateFilter(TypicalCase.State.choices, label=_("State"))
    agency = AgencyFilter(label=_("Agency"))
    waiting = FlagFilter("waiting", label=_("Only drafts and checks"))
