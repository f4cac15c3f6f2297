"""Filters and sorts of the table of rules and of the running deadlines."""

from datetime import timedelta

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import ListFilter
from agencies.organs.filters import OrganFilter
from agencies.organs.models import Agency

from .models import Clock, ClockQuerySet, Kind, Rule

RULE_SORTS = {"order": "id", "code": "code"}
DEFAULT_RULE_SORT = "order"  # as the file has them: in the order in which a matter meets them
CLOCK_SORTS = {"due": "due_order", "started": "started_at"}
DEFAULT_CLOCK_SORT = "due"

DUE = {
    "overdue": _("Overdue"),
    "24h": _("Within 24 hours"),
    "3d": _("Within 3 days"),
    "7d": _("Within 7 days"),
}
WITHIN = {"24h": timedelta(hours=24), "3d": timedelta(days=3), "7d": timedelta(days=7)}


class RuleFilter(ListFilter):
    track = django_filters.ChoiceFilter(label=_("Part of the law"), choices=Rule.Track.choices)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices)


class ClockFilter(ListFilter):
    due = django_filters.ChoiceFilter(label=_("Due"), choices=list(DUE.items()), method="due_in")
    kind = django_filters.ChoiceFilter(label=_("Kind"), field_name="rule__kind", choices=Kind.choices)
    state = django_filters.ChoiceFilter(label=_("State"), choices=Clock.State.choices)
    organ = OrganFilter(label=_("Agency"), method="concerning")

    def due_in(self, clocks: ClockQuerySet, name: str, value: str) -> ClockQuerySet:
        return clocks.overdue() if value == "overdue" else clocks.due_within(WITHIN[value])

    def concerning(self, clocks: ClockQuerySet, name: str, organ: Agency) -> ClockQuerySet:
        return clocks.concerning(organ.pk)
