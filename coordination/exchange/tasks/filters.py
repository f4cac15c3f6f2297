"""Filters and sorts of the list of tasks."""

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import DayFilter, FlagFilter, ListFilter, MomentFilter, StateFilter
from agencies.organisations.filters import AgencyFilter, UnitFilter

from .models import Task, TaskQuerySet

_DONE = (Task.State.DONE,)


class TaskFilter(ListFilter):
    state = StateFilter(Task.State.choices, label=_("State"))
    agency = AgencyFilter(label=_("Agency"))
    unit = UnitFilter(label=_("Unit"))
    asked_by = AgencyFilter(label=_("Requesting agency"))
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")
    changed_after = MomentFilter(label=_("Changed after"), field_name="updated_at", lookup_expr="gt")
    mine = FlagFilter(label=_("Only mine"), method="of_me")
    unclaimed = FlagFilter("unclaimed", label=_("Only unclaimed"))
    open = FlagFilter("open", label=_("Only open"))
    overdue = FlagFilter("overdue", label=_("Only late"))
    soon = FlagFilter("soon", label=_("Only due within 24 hours"))
    done_from = DayFilter(_DONE, label=_("Done from"))
    done_to = DayFilter(_DONE, label=_("Done until"), until=True)

    def of_me(self, queryset: TaskQuerySet, name: str, value: str) -> TaskQuerySet:
        return queryset.of_person(self.actor)
