"""Filters and sorts of the list of sealed letters."""

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import Flag, ListFilter, States

from .models import SealedLetter

SORTS = {"updated": "updated_at", "created": "created_at"}
DEFAULT_SORT = "-updated"


class SealedFilter(ListFilter):
    state = States(SealedLetter.State.choices, label=_("State"))
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")
    open = Flag("open", label=_("Only open"))
