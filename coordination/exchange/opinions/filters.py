"""Filters and sorts of the lists of rounds and opinions."""

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.filtering import FlagFilter, ListFilter, StateFilter
from agencies.organisations.filters import AgencyFilter
from coordination.exchange.letters.filters import WaitingFor

from .models import Opinion, OpinionRound, Stance


class RoundFilter(ListFilter):
    state = StateFilter(OpinionRound.State.choices, label=_("State"))
    agency = AgencyFilter(label=pgettext_lazy("opinion", "Asked by"))
    waiting_on = WaitingFor()
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")
    conflict = FlagFilter("in_conflict", label=_("Only where opinions conflict"))
    open = FlagFilter("open", label=_("Only open"))
    overdue = FlagFilter("overdue", label=_("Only late"))
    soon = FlagFilter("soon", label=_("Only due within 24 hours"))


class OpinionFilter(ListFilter):
    state = StateFilter(Opinion.State.choices, label=_("State"))
    agency = AgencyFilter(label=_("Agency"))
    stance = django_filters.ChoiceFilter(label=_("Opinion"), choices=Stance.choices)
    case = django_filters.UUIDFilter(label=_("Case"), field_name="round__case_id")
    overdue = FlagFilter("overdue", label=_("Only late"))
