"""Filters and sorts of the list of referrals."""

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import DayFilter, FlagFilter, ListFilter, MomentFilter, StateFilter
from agencies.organisations.filters import AgencyFilter
from coordination.exchange.letters.filters import WaitingFor

from .models import Referral


class ReferralFilter(ListFilter):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Referral.Kind.choices)
    state = StateFilter(Referral.State.choices, label=_("State"))
    sender = AgencyFilter(label=_("Sender"))
    receiver = AgencyFilter(label=_("Receiver"))
    holder = AgencyFilter(label=_("Current agency"))
    waiting_on = WaitingFor()
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")
    changed_after = MomentFilter(label=_("Changed after"), field_name="updated_at", lookup_expr="gt")
    open = FlagFilter("open", label=_("Only open"))
    overdue = FlagFilter("overdue", label=_("Only late"))
    soon = FlagFilter("soon", label=_("Only due within 24 hours"))
    ended_from = DayFilter(Referral.ENDED, label=_("Ended from"))
    ended_to = DayFilter(Referral.ENDED, label=_("Ended until"), until=True)
