"""Filters of a list, one declaration for page and API. What the URL says and we do not understand is refused.

A value that no filter knows answers 400: a list that silently shows more than was asked for is a wrong list.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from .actor import Actor
from .errors import FieldError, Invalid

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
# The first and last day of the calendar begin at no moment in UTC.
ANY_DAY = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(NEVER.date())]


class ListFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library ships no types
    """`.qs` is the cut list, `.form` the page's controls. `actor` is whose list it is ("mine").

    For models with `due_at`: the list can also be sorted by the column `due_order`.
    """

    def __init__(self, data: Any, queryset: QuerySet[Any], *, actor: Actor) -> None:
        super().__init__(data, queryset)
        self.actor = actor

    @property
    def qs(self) -> QuerySet[Any]:
        if not self.is_valid():
            raise Invalid(
                FieldError(f"/{name}", error.code or "invalid", self._wrong(name, error))
                for name, errors in self.form.errors.as_data().items()
                for error in errors
            )
        return _with_due_order(super().qs)

    def _wrong(self, name: str, error: ValidationError) -> str:
        """Several may be wrong at once, so each says which it is."""
        told = {"field": self.form.fields[name].label or name, "what": " ".join(error.messages)}
        return _("%(field)s: %(what)s") % told

    def unknown(self, *others: str) -> list[str]:
        """Names in the address that are no filter here. They cut nothing, so the list would be wider than asked."""
        return sorted(set(self.data) - set(self.filters) - set(others))

    @property
    def active(self) -> list[str]:
        """Names of the filters that are really set, so that an empty list can say why it is empty."""
        return [name for name, value in self.form.cleaned_data.items() if value] if self.is_valid() else []


def _with_due_order(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """What has no due time comes after everything that has: a keyset needs a column that is never null."""
    if not any(column.name == "due_at" for column in queryset.model._meta.concrete_fields):
        return queryset
    ordered: QuerySet[Any] = queryset.annotate(due_order=Coalesce("due_at", Value(NEVER)))
    return ordered


class Tick(forms.CheckboxInput):
    """A checkbox that says "1" in the URL and keeps what it was given, so that "yes" is refused, not guessed."""

    def __init__(self) -> None:
        super().__init__(attrs={"value": "1"}, check_test=lambda value: value == "1")

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name, "")


class Flag(django_filters.ChoiceFilter):  # type: ignore[misc]  # as above
    """`?overdue=1`: one named question of the QuerySet, asked or not."""

    def __init__(self, question: str = "", **kwargs: Any) -> None:
        super().__init__(choices=[("1", "1")], empty_label=None, widget=Tick, **kwargs)
        self.question = question

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        cut: QuerySet[Any] = getattr(queryset, self.question)() if value == "1" else queryset
        return cut


class States(django_filters.MultipleChoiceFilter):  # type: ignore[misc]  # as above
    """`?state=OPENED&state=HANDLING`: any of them. A column of the row itself, so nothing doubles."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(choices=choices, distinct=False, **kwargs)


class Day(django_filters.DateFilter):  # type: ignore[misc]  # as above
    """One end of a period of whole Shanghai days, both inclusive, on things in one of `states`."""

    def __init__(self, states: tuple[str, ...], *, until: bool = False, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, validators=ANY_DAY, **kwargs)
        self.states, self.until = states, until

    def filter(self, queryset: QuerySet[Any], value: date | None) -> QuerySet[Any]:
        if value is None:
            return queryset
        if self.until:
            return queryset.filter(state__in=self.states, state_since__lt=start_of(value + timedelta(days=1)))
        return queryset.filter(state__in=self.states, state_since__gte=start_of(value))


def start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
