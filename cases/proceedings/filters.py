"""Filters and sorts of the lists of proceedings and persons."""

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.filtering import FlagFilter, ListFilter, StateFilter
from agencies.organisations.filters import AgencyFilter

from .models import Measure, Proceeding, Suspect
from .standing import with_next_dates


class ProceedingFilter(ListFilter):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Proceeding.Kind.choices)
    state = StateFilter(Proceeding.State.choices)
    agency = AgencyFilter()
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")
    open = FlagFilter("open", label=_("Only open"))


NEAR = {"24h": _("Within 24 hours"), "3d": _("Within 3 days"), "7d": _("Within 7 days")}
_SPANS = {"24h": timedelta(hours=24), "3d": timedelta(days=3), "7d": timedelta(days=7)}


class PersonFilter(ListFilter):
    state = StateFilter(Suspect.State.choices, label=_("Stage"))
    measure = django_filters.MultipleChoiceFilter(
        label=_("Measure"), choices=Measure.Kind.choices, distinct=False, method="under_one_of"
    )
    near = django_filters.ChoiceFilter(label=_("End or deadline"), choices=list(NEAR.items()), method="near_by")
    over = FlagFilter("must_be_released", label=_("Must be released"))
    foreign = FlagFilter("foreign", label=_("Foreign nationals"))
    open = FlagFilter("without_fate", label=_("No outcome yet"))
    agency = AgencyFilter(field_name="proceeding__agency")
    proceeding = django_filters.UUIDFilter(label=_("Proceeding"), field_name="proceeding_id")
    case = django_filters.UUIDFilter(label=_("Case"), field_name="proceeding__case_id")

    def __init__(self, data: Any, queryset: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(data, with_next_dates(queryset), **kwargs)

    def under_one_of(self, suspects: Any, name: str, kinds: list[str]) -> Any:
        return suspects.under_a_measure(*kinds) if kinds else suspects

    def near_by(self, suspects: Any, name: str, value: str) -> Any:
        """Includes dates that have passed, since they still need an act."""
        until = times.now() + _SPANS[value]
        return suspects.filter(Q(ends_order__lte=until) | Q(duty_order__lte=until))
