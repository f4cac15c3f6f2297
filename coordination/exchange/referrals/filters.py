"""Filters and sorts of the list of referrals."""

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import Day, Flag, ListFilter, States
from agencies.organisations.filters import AgencyFilter
from coordination.exchange.letters.filters import WaitingFor

from .models import Referral


class ReferralFilter(ListFilter):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Referral.Kind.choices)
    state = States(Referral.State.choices, label=_("State"))
    sender = AgencyFilter(label=_("Sender"))
    receiver = AgencyFilter(label=_("Receiver"))
    holder = AgencyFilter(label=_("Current agency"))
    waiting_on = WaitingFor()
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")
    open = Flag("open", label=_("Only open"))
    overdue = Flag("overdue", label=_("Only late"))
    soon = Flag("soon", label=_("Only due within 24 hours"))
    ended_from = Day(Referral.ENDED, label=_("Ended from"))
    ended_to = Day(Referral.ENDED, label=_("Ended until"), until=True)
