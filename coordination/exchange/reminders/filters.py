"""Filters and sorts of reminders and of the reminder desk."""

from datetime import date, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel import times
from agencies.kernel.filtering import ANY_DAY, FlagFilter, ListFilter, StateFilter, start_of
from agencies.kernel.resource import RESOURCE_OF_KIND
from agencies.organisations.filters import AgencyFilter
from agencies.organisations.models import Agency
from cases.clocks.models import Clock
from cases.clocks.texts import subject_choices

from .late import CHASE, CLOCK, kind_of, late_kinds
from .models import Reminder, ReminderItem, ReminderQuerySet

OVER = {"1": _("More than a day"), "3": _("More than 3 days"), "7": _("More than 7 days"), "30": _("More than 30 days")}
REMINDED = {"no": _("No reminder yet"), "yes": _("Reminder sent")}
SIDES = {"us": _("Owed to us"), "we": _("Owed by us")}


class ReminderFilter(ListFilter):
    state = StateFilter(Reminder.State.choices, label=_("State"))
    agency = AgencyFilter(label=_("To"))
    sender = AgencyFilter(label=pgettext_lazy("letter", "From"))
    waiting_on = AgencyFilter(label=_("To be answered by"), method="of_debtor")
    open = FlagFilter("open", label=_("Only open"))
    overdue = FlagFilter("overdue", label=_("Only those whose reply is late"))
    soon = FlagFilter("soon", label=_("Only those due for reply within 24 hours"))
    failed = FlagFilter("failed", label=_("Only those without result"))

    def of_debtor(self, queryset: ReminderQuerySet, name: str, agency: Agency) -> ReminderQuerySet:
        return queryset.waiting_on(agency.pk)


def resource_choices() -> list[tuple[str, Any]]:
    """Resources that can be late, with the labels of the desk."""
    periods = [(kind, words) for kind, words in subject_choices() if kind != CHASE]
    return [*periods, *((kind, RESOURCE_OF_KIND[kind].plural) for kind in late_kinds() if kind != CLOCK)]


class LateFilter(ListFilter):
    """Filters of each list of late items."""

    agency = AgencyFilter(label=_("Who must act"), method="owed_by")
    resource = django_filters.ChoiceFilter(label=_("Kind of item"), choices=resource_choices, method="about")
    over = django_filters.ChoiceFilter(label=_("Late by"), choices=list(OVER.items()), method="late_by")
    late_from = django_filters.DateFilter(
        label=_("Late from"),
        method="since",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=ANY_DAY,
    )
    reminded = django_filters.ChoiceFilter(label=_("Reminder"), choices=list(REMINDED.items()), method="with_letter")
    side = django_filters.ChoiceFilter(label=_("Responsible agency"), choices=list(SIDES.items()), method="on_side")

    def owed_by(self, rows: QuerySet[Any], name: str, agency: Agency) -> QuerySet[Any]:
        return rows.filter(debtor_id=agency.pk)

    def about(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if rows.model is Clock:
            return rows.none() if value in late_kinds() else rows.filter(subject_kind=value)
        return rows if value == kind_of(rows) else rows.none()

    def late_by(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(late_since__lt=times.now() - timedelta(days=int(value)))

    def since(self, rows: QuerySet[Any], name: str, value: date) -> QuerySet[Any]:
        return rows.filter(late_since__gte=start_of(value))

    def with_letter(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Whether the item is in an open letter that the reader sees."""
        letters = Reminder.objects.visible_to(self.actor).open().values("pk")
        values = Exists(
            ReminderItem.objects.standing().filter(kind=kind_of(rows), thing_id=OuterRef("pk"), letter__in=letters)
        )
        return rows.filter(values) if value == "yes" else rows.exclude(values)

    def on_side(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(is_owed=True) if value == "us" else rows.filter(debtor_id=self.actor.agency_id)
