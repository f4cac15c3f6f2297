"""Filters and sorts of the list of cases."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.filtering import DayFilter, FlagFilter, ListFilter, MomentFilter, StateFilter
from agencies.organisations.filters import AgencyFilter
from agencies.organisations.models import Agency
from cases.controls.models import ViolationType

from .due import nearest
from .models import Case, Handling, Severity

_CLOSED = (Case.State.CLOSED,)


class CaseFilter(ListFilter):
    state = StateFilter(Case.State.choices)
    lead = AgencyFilter(label=_("Lead agency"))
    agency = AgencyFilter(label=_("Shared with"), method="shared_with")
    violation_type = django_filters.ModelChoiceFilter(
        label=_("Violation type"),
        field_name="violation_types",
        queryset=ViolationType.objects.order_by("position", "code"),
        to_field_name="code",
    )
    severity = django_filters.ChoiceFilter(label=_("Severity"), choices=Severity.choices)
    handling = django_filters.ChoiceFilter(label=_("Handling code"), choices=Handling.choices)
    open = FlagFilter("open", label=_("Only open"))
    overdue = FlagFilter(label=_("Only late"), method="late")
    major = FlagFilter("major", label=_("Only major cases"))
    changed_after = MomentFilter(label=_("Changed after"), field_name="updated_at", lookup_expr="gt")
    closed_from = DayFilter(_CLOSED, label=_("Closed from"))
    closed_to = DayFilter(_CLOSED, label=_("Closed until"), until=True)

    @property
    def qs(self) -> QuerySet[Case]:
        found: QuerySet[Case] = super().qs.annotate(due_order=nearest("due_at", self.actor))
        return found

    def late(self, queryset: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        """Cases with anything late that the reader sees on them: the same as their page and the reader's work show."""
        return queryset.alias(late_since=nearest("breach_at", self.actor)).filter(late_since__lt=times.now())

    def shared_with(self, queryset: QuerySet[Case], name: str, agency: Agency) -> QuerySet[Case]:
        live = Q(shares__until=None) | Q(shares__until__gte=times.today())
        return queryset.filter(live, shares__agency=agency, shares__ended_at=None)
