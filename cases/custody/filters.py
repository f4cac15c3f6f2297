"""Filters and sorts of the list of lots."""

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import ListFilter, StateFilter
from agencies.organisations.filters import AgencyFilter

from .models import GoodsLot, Title


class LotFilter(ListFilter):
    state = StateFilter(GoodsLot.State.choices)
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")
    title = django_filters.ChoiceFilter(label=_("Measure"), field_name="title_kind", choices=Title.choices)
    custodian = AgencyFilter(label=_("Kept by"), field_name="custodian")
    holder = AgencyFilter(label=_("Measure of"), field_name="title_agency")
