"""Filters and sorts of the rules and of the running deadlines."""

from datetime import date, timedelta
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import ANONYMOUS, Actor
from agencies.kernel.filtering import ANY_DAY, FlagFilter, ListFilter, start_of
from agencies.kernel.spelled_fields import day_input
from agencies.organisations.filters import AgencyFilter
from agencies.organisations.models import Agency
from agencies.people.models import User

from .models import Clock, ClockQuerySet, PeriodKind, PeriodRule
from .texts import subject_choices

RULE_SORTS = {"order": "id", "code": "code"}
DEFAULT_RULE_SORT = "order"  # as in the file: in the order of a procedure

DUE = {
    "overdue": _("Late"),
    "expired": _("Expired: must be released"),
    "24h": _("Within 24 hours"),
    "3d": _("Within 3 days"),
    "7d": _("Within 7 days"),
    "later": _("Later"),
}
WITHIN = {"24h": timedelta(hours=24), "3d": timedelta(days=3), "7d": timedelta(days=7)}


class RuleFilter(ListFilter):
    track = django_filters.ChoiceFilter(label=_("Area of law"), choices=PeriodRule.Track.choices)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=PeriodKind.choices)


class RuleByCode(django_filters.ModelChoiceFilter):  # type: ignore[misc]  # the library ships no types
    """Filters by the code of a rule, in any version."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=PeriodRule.objects.filter(version=1), to_field_name="code", **kwargs)

    def filter(self, queryset: QuerySet[Any], value: PeriodRule | None) -> QuerySet[Any]:
        return queryset.filter(rule__code=value.code) if value else queryset


class Handler(django_filters.ModelChoiceFilter):  # type: ignore[misc]  # as above
    """People of the actor's agency; the centre may filter by every person."""

    def get_queryset(self, request: Any) -> QuerySet[User]:
        # the API schema is generated without an actor
        actor: Actor = self.parent.actor if hasattr(self, "parent") else ANONYMOUS
        people: QuerySet[User] = User.objects.all()
        return people if actor.is_centre else people.filter(agency=actor.agency_id)

    def filter(self, queryset: ClockQuerySet, value: User | None) -> QuerySet[Any]:
        if not value:
            return queryset
        handled: QuerySet[Any] = queryset.with_handler()
        return handled.filter(handled_by=value.pk)


class ClockFilter(ListFilter):
    due = django_filters.ChoiceFilter(label=_("Due"), choices=list(DUE.items()), method="due_in")
    due_on = django_filters.DateFilter(
        label=_("Due on"),
        method="due_that_day",
        widget=day_input(),
        validators=ANY_DAY,
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), field_name="rule_kind", choices=PeriodKind.choices)
    state = django_filters.ChoiceFilter(label=_("State"), choices=Clock.State.choices)
    rule = RuleByCode(label=_("Rule"))
    subject = django_filters.ChoiceFilter(label=_("Concerns"), field_name="subject_kind", choices=subject_choices)
    owner = AgencyFilter(label=_("Who must act"), field_name="agency")
    agency = AgencyFilter(method="concerning")
    handler = Handler(label=_("Handler"))
    provisional = FlagFilter("with_uncertain_date", label=_("Only provisional dates"))
    pending = FlagFilter("pending", label=_("Only those that require action"))

    def due_in(self, clocks: ClockQuerySet, name: str, value: str) -> ClockQuerySet:
        return due_in(clocks, value)

    def due_that_day(self, clocks: ClockQuerySet, name: str, day: date) -> ClockQuerySet:
        """Running clocks that end on this day in Shanghai, by the strict reading."""
        return clocks.running().filter(due_at__gte=start_of(day), due_at__lt=start_of(day + timedelta(days=1)))

    def concerning(self, clocks: ClockQuerySet, name: str, agency: Agency) -> ClockQuerySet:
        return clocks.concerning(agency.pk)


def due_in(clocks: ClockQuerySet, value: str) -> ClockQuerySet:
    """One bucket of DUE. The three that look ahead contain each other; the others are disjoint."""
    match value:
        case "overdue":
            return clocks.overdue()
        case "expired":
            return clocks.expired()
        case "later":
            return clocks.due_after(WITHIN["7d"])
    return clocks.due_within(WITHIN[value])
