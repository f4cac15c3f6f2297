"""Filters and sorts of the list of letters between superior and subordinate organs."""

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.filtering import Flag, ListFilter, States
from agencies.organs.filters import OrganFilter
from agencies.organs.models import Agency

from .models import Direction, DirectionQuerySet

SORTS = {"updated": "updated_at", "due": "due_order"}
DEFAULT_SORT = "due"


class DirectionFilter(ListFilter):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Direction.Kind.choices)
    state = States(Direction.State.choices, label=_("State"))
    sender = OrganFilter(label=pgettext_lazy("letter", "Sender"))
    receiver = OrganFilter(label=pgettext_lazy("letter", "Receiver"))
    waiting_on = OrganFilter(label=_("Waiting for"), method="waiting")
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")
    mine = Flag(label=_("Only mine"), method="of_me")
    open = Flag("open", label=_("Only open"))
    overdue = Flag("overdue", label=_("Only overdue"))
    soon = Flag("soon", label=_("Only due within 24 hours"))

    def waiting(self, queryset: DirectionQuerySet, name: str, organ: Agency) -> DirectionQuerySet:
        return queryset.waiting_on(organ.pk)

    def of_me(self, queryset: DirectionQuerySet, name: str, value: str) -> DirectionQuerySet:
        return queryset.of_person(self.actor)
