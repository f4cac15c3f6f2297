"""Filters and sorts of the lists of papers."""

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import ListFilter, States
from agencies.organs.filters import OrganFilter

from .models import IncomingPaper

INCOMING_SORTS = {"updated": "updated_at", "dated": "dated"}
DEFAULT_INCOMING_SORT = "-updated"


class IncomingFilter(ListFilter):
    state = States(IncomingPaper.State.choices, label=_("State"))
    organ = OrganFilter(label=_("From"))
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")
