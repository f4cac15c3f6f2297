"""Filters and sorts of the list of confidential letters."""

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import FlagFilter, ListFilter, StateFilter
from agencies.kernel.resource import Listing

from .models import ConfidentialLetter


class ConfidentialFilter(ListFilter):
    state = StateFilter(ConfidentialLetter.State.choices, label=_("State"))
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")
    open = FlagFilter("open", label=_("Only open"))


class ConfidentialList(Listing):
    filters = ConfidentialFilter
    sorts = {"updated": "updated_at", "created": "created_at"}
    default = "-updated"
    related = ("case", "agency")
