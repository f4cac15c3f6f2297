"""Filters and sorts of the list of proceedings."""

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import Flag, ListFilter, States
from agencies.organs.filters import OrganFilter

from .models import Proceeding

SORTS = {"updated": "updated_at", "opened": "opened_at", "due": "due_order"}
DEFAULT_SORT = "-updated"


class ProceedingFilter(ListFilter):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Proceeding.Kind.choices)
    state = States(Proceeding.State.choices, label=_("State"))
    organ = OrganFilter(label=_("Organ"))
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")
    open = Flag("open", label=_("Only open"))
