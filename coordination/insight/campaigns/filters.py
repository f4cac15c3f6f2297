"""Filters and sorts of the list of campaigns."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import ListFilter, StateFilter
from agencies.organisations.filters import AgencyFilter

from .models import Campaign


class CampaignFilter(ListFilter):
    state = StateFilter(Campaign.State.choices, label=_("State"))
    member = AgencyFilter(label=_("Participating agency"), field_name="members")
