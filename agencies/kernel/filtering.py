"""Filters of a list, declared once for page and API. An unknown value answers 400.

A list that silently shows more than was requested would be wrong. A page leaves the filter out and says so, because a
saved view or a kept address may name what no longer exists.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .actor import Actor
from .errors import FieldError, Invalid
from .problems import escaped
from .spelled_fields import day_input

MOST_NAMED = 60  # characters of a value that is not understood
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
# The first and last day of the calendar have no UTC time.
ANY_DAY = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(NEVER.date())]


class ListFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library ships no types
    """`.qs` is the filtered list, `.form` the controls of the page. `actor` is the reader, for filters such as "mine".

    A model with `due_at` can also be sorted by `due_order`.
    """

    def __init__(self, data: Any, queryset: QuerySet[Any], *, actor: Actor) -> None:
        super().__init__(data, queryset)
        self.actor = actor

    @property
    def qs(self) -> QuerySet[Any]:
        if wrong := self.wrong:
            raise Invalid(wrong)
        return _with_due_order(super().qs)

    @property
    def wrong(self) -> list[FieldError]:
        """What is wrong with the values, by filter; nothing if all are understood."""
        return [
            FieldError(f"/{name}", error.code or "invalid", self._wrong(name, error))
            for name, errors in self.form.errors.as_data().items()
            for error in errors
        ]

    @property
    def left_out(self) -> dict[str, str]:
        """Label and value of each filter whose value is not understood, by its name."""
        label = {name: self.form.fields[name].label or name for name in self.form.errors}
        given = {name: Truncator(_(", ").join(self.data.getlist(name))).chars(MOST_NAMED) for name in label}
        return {name: _("%(field)s: %(what)s") % {"field": label[name], "what": given[name]} for name in label}

    @property
    def understood(self) -> str:
        """The query string without the filters whose value is not understood."""
        kept = self.data.copy()
        for name in self.form.errors:
            kept.pop(name, None)
        return str(kept.urlencode())

    def _wrong(self, name: str, error: ValidationError) -> str:
        """Returns the error with the label of its field, because several may be shown together."""
        values = {"field": self.form.fields[name].label or name, "what": " ".join(error.messages)}
        return _("%(field)s: %(what)s") % values

    def unknown(self, *others: str) -> list[str]:
        """Returns parameters that are no filter.

        They would filter nothing, so the list would be wider than requested.
        """
        return sorted(set(self.data) - set(self.filters) - set(others))

    @property
    def active(self) -> list[str]:
        """The names of the filters in effect, so that an empty list can explain itself."""
        return [name for name, value in self.form.cleaned_data.items() if value] if self.is_valid() else []


def _with_due_order(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """Sorts rows without a due time last. Keyset paging needs a column that is never null."""
    if not any(column.name == "due_at" for column in queryset.model._meta.concrete_fields):
        return queryset
    ordered: QuerySet[Any] = queryset.annotate(due_order=Coalesce("due_at", Value(NEVER)))
    return ordered


def refuse_repeated(query: QueryDict, many: Iterable[str] = ()) -> None:
    """Raises Invalid with every parameter that is given twice and takes one value: the last alone would count. `many`
    take several."""
    if twice := sorted(name for name, values in query.lists() if len(values) > 1 and name not in many):
        detail = _("Give this parameter once.")
        raise Invalid(FieldError(f"/{escaped(name)}", "repeated", detail) for name in twice)


class TickBox(forms.CheckboxInput):
    """A checkbox with the value "1" in the URL. It keeps the given value, so "yes" is refused and not interpreted."""

    def __init__(self) -> None:
        super().__init__(attrs={"value": "1"}, check_test=lambda value: value == "1")

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name, "")


class FlagFilter(django_filters.ChoiceFilter):  # type: ignore[misc]  # as above
    """A filter such as `?overdue=1`: applies one method of the queryset."""

    def __init__(self, question: str = "", **kwargs: Any) -> None:
        super().__init__(choices=[("1", "1")], empty_label=None, widget=TickBox, **kwargs)
        self.question = question

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        filtered: QuerySet[Any] = getattr(queryset, self.question)() if value == "1" else queryset
        return filtered


class StateFilter(django_filters.MultipleChoiceFilter):  # type: ignore[misc]  # as above
    """`?state=OPENED&state=HANDLING`: any of these states. It filters a column of the row, so no row is duplicated."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(**{"label": gettext_lazy("State"), "choices": choices, "distinct": False, **kwargs})


class DayFilter(django_filters.DateFilter):  # type: ignore[misc]  # as above
    """One end of a period of whole days in Shanghai time, inclusive. `states`: for objects in one of these, by default
    for all."""

    def __init__(
        self, states: tuple[str, ...] = (), *, field_name: str = "state_since", until: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(field_name=field_name, widget=day_input(), validators=ANY_DAY, **kwargs)
        self.states, self.until = states, until

    def filter(self, queryset: QuerySet[Any], value: date | None) -> QuerySet[Any]:
        if value is None:
            return queryset
        lookup, moment = ("lt", start_of(value + timedelta(days=1))) if self.until else ("gte", start_of(value))
        rows = queryset.filter(**{f"{self.field_name}__{lookup}": moment})
        return rows.filter(state__in=self.states) if self.states else rows


class MomentField(django_filters.fields.IsoDateTimeField):  # type: ignore[misc]  # the library ships no types
    """A date-time in ISO 8601. One that has no UTC time is refused like any other that is none."""

    default_validators = [
        MinValueValidator(datetime(1900, 1, 1, tzinfo=UTC)),
        MaxValueValidator(NEVER),
    ]

    def to_python(self, value: Any) -> datetime | None:
        try:
            found: datetime | None = super().to_python(value)
        except OverflowError as wrong:
            raise ValidationError(self.error_messages["invalid"], "invalid") from wrong
        return found


class MomentFilter(django_filters.IsoDateTimeFilter):  # type: ignore[misc]  # the library ships no types
    """`?changed_after=2026-03-01T08:00:00Z`."""

    field_class = MomentField


def start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
