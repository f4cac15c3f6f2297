"""Filters and sorts of the list of cases."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.counting import COUNTED, count_up_to
from agencies.kernel.filtering import Day, Flag, ListFilter, States
from agencies.organisations.filters import AgencyFilter
from agencies.organisations.models import Agency
from cases.controls.models import ViolationType

from .models import Case, Handling, Severity

SORTS = {"updated": "updated_at", "opened": "opened_at", "number": "number", "due": "due_order"}
DEFAULT_SORT = "-updated"
_CLOSED = (Case.State.CLOSED,)
NARROW = {"state", "severity", "open"}  # what shares have


class CaseFilter(ListFilter):
    state = States(Case.State.choices, label=_("State"))
    lead = AgencyFilter(label=_("Lead agency"))
    agency = AgencyFilter(label=_("Shared with"), method="shared_with")
    violation_type = django_filters.ModelChoiceFilter(
        label=_("Violation type"),
        field_name="violation_types",
        queryset=ViolationType.objects.order_by("position", "code"),
        to_field_name="code",
    )
    severity = django_filters.ChoiceFilter(label=_("Severity"), choices=Severity.choices, method="of_severity")
    handling = django_filters.ChoiceFilter(label=_("Handling code"), choices=Handling.choices)
    open = Flag("open", label=_("Only open"))
    overdue = Flag("overdue", label=_("Only late"))
    major = Flag("major", label=_("Only major cases"))
    closed_from = Day(_CLOSED, label=_("Closed from"))
    closed_to = Day(_CLOSED, label=_("Closed until"), until=True)

    narrow_key = "case"

    def narrow(self, *columns: str, but: str = "") -> QuerySet[Any] | None:
        """The live shares of the agency, which have the state and the severity of their case."""
        given = {name: value for name, value in self.form.cleaned_data.items() if value and name != but}
        if not {*given, *columns} <= NARROW or self.actor.is_centre or not self.actor.is_staff:
            return None
        shares: Any = Case._meta.get_field("shares").related_model
        rows: QuerySet[Any] = shares.objects.live().filter(agency=self.actor.agency_id)
        for name, value in given.items():
            rows = self.filters[name].filter(rows, value)
        return rows

    def filter_queryset(self, queryset: QuerySet[Case]) -> QuerySet[Case]:
        """Few cases are found by the shares first. Read in their order, they would be looked for among all cases."""
        rows: QuerySet[Case] = super().filter_queryset(queryset)
        narrow = self.narrow() if self.active else None
        if narrow is None or count_up_to(narrow) > COUNTED:
            return rows
        return rows.filter(pk__in=narrow.values(self.narrow_key)[: COUNTED + 1])

    def of_severity(self, queryset: QuerySet[Any], name: str, severity: str) -> QuerySet[Any]:
        """Of cases or shares. All states are named, because the indexes begin with them."""
        return queryset.filter(state__in=Case.State.values, severity=severity)

    def shared_with(self, queryset: QuerySet[Case], name: str, agency: Agency) -> QuerySet[Case]:
        live = Q(shares__until=None) | Q(shares__until__gte=times.today())
        return queryset.filter(live, shares__agency=agency, shares__ended_at=None)
