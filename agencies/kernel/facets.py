"""Facets of a list: how many rows each value of a filter would leave, with all other filters as they stand.

Counted over the same visible rows as the list itself, so a count never tells of a row its reader may not see. Where
there are more rows than are counted, a facet offers the values of a part of them and gives no numbers.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.db.models import Count, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from .counting import COUNTED, at_most_counted, count_up_to, format_count
from .filtering import Flag, ListFilter

Text = str | Promise
PLACE = ("after", "before")  # a cursor belongs to the rows it was made for
NOT_FILTERS = (*PLACE, "sort", "view", "print")  # what else stands in the address of a list


def named(row: str) -> tuple[str, str, str]:
    """The columns of a facet over rows with a code and a name in both languages."""
    return f"{row}__code", f"{row}__name_zh", f"{row}__name_en"


@dataclass(frozen=True)
class Choice:
    """One value of a filter, as chips and facets show it."""

    label: Text
    url: str
    count: int | None = None
    active: bool = False
    value: str = ""

    @property
    def number(self) -> str | None:
        """The count as it is shown; None where it is not known."""
        return None if self.count is None else format_count(self.count)


@dataclass(frozen=True)
class Facets:
    """The filters of one list as links. `columns` are those that its facets count, filter → columns: they are read of
    the rows once, whatever the number of facets. Of one filter a row may have several values.
    """

    filters: ListFilter
    params: QueryDict
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def by_choice(self, name: str, column: str, choices: Iterable[tuple[Any, Text]]) -> list[Choice]:
        """A facet over a fixed set of codes; codes without rows are left out unless they are chosen."""
        counts: dict[Any, int | None] = dict(self._counts(name, column))
        return [
            self._toggle(name, value, label, counts.get(value, 0))
            for value, label in choices
            if value in counts or value in self.params.getlist(name)
        ]

    def by_row(self, name: str, column: str, *columns: str, label: Callable[..., Text]) -> list[Choice]:
        """A facet over rows of another table: `column` is their code, `label` makes words of the further columns."""
        return [
            self._toggle(name, code, label(*words), count)
            for code, *words, count in self._counts(name, column, *columns)
            if code is not None
        ]

    def together(self, columns: Mapping[str, tuple[str, ...]]) -> dict[str, list[tuple[str, list[str], int | None]]]:
        """The counts of several facets: filter → (value, its words, rows), most rows first; values are read as text."""
        read = replace(self, columns=columns)
        return {
            name: [
                (str(value), words, count)
                for value, *words, count in read._counts(name, *named)
                if value not in (None, "")
            ]
            for name, named in columns.items()
        }

    def choice(self, name: str, value: Any, label: Text, count: int | None) -> Choice:
        """One value of a filter, with what it would leave."""
        return self._toggle(name, value, label, count)

    def tick(self, name: str, label: Text) -> Choice:
        """A yes-or-no filter, with what it would leave."""
        count = count_up_to(self.filters.filters[name].filter(self.others(name), "1"))
        return self._toggle(name, "1", label, count)

    def chips(self, name: str, choices: Iterable[Choice], everything: Text) -> list[Choice]:
        """The choices of a facet as chips that exclude each other, headed by one for all of them."""
        listed, chosen = list(choices), self.params.getlist(name)
        total = sum(COUNTED + 1 if choice.count is None else choice.count for choice in listed)
        first = Choice(everything, url_with(self.params, **{name: []}), total, not chosen)
        return [
            first,
            *(
                replace(one, url=url_with(self.params, **{name: [one.value]}), active=chosen == [one.value])
                for one in listed
            ),
        ]

    def chosen(self, *but: str) -> list[Choice]:
        """Every filter that is set, each with the link that takes it off; without those that the page tells itself."""
        return [
            Choice(self._words(name, one), self._without(name, one))
            for name, value in self.filters.form.cleaned_data.items()
            if name not in but
            for one in (value if isinstance(value, list) else [value])
            if one
        ]

    def others(self, name: str) -> QuerySet[Any]:
        """The rows that all filters but one leave."""
        rows: QuerySet[Any] = self.filters.queryset
        for key, value in self.filters.form.cleaned_data.items():
            if key != name:
                rows = self.filters.filters[key].filter(rows, value)
        return rows

    def _toggle(self, name: str, value: Any, label: Text, count: int | None) -> Choice:
        active = str(value) in self.params.getlist(name)
        url = self._without(name, value) if active else self._with(name, value)
        return Choice(label, url, count, active, str(value))

    def _with(self, name: str, value: Any) -> str:
        """A filter over many values takes one more; any other takes this one instead of its present one."""
        many = isinstance(self.filters.form.cleaned_data[name], list)
        return url_with(self.params, **{name: [*(self.params.getlist(name) if many else []), str(value)]})

    def _without(self, name: str, value: Any) -> str:
        many = isinstance(self.filters.form.cleaned_data[name], list)
        kept = [one for one in self.params.getlist(name) if one != str(value)] if many else []
        return url_with(self.params, **{name: kept})

    def _words(self, name: str, value: Any) -> str:
        told = self.filters.filters[name]
        if isinstance(told, Flag):
            return str(told.label)
        choices = told.extra.get("choices", [])
        words = dict(choices() if callable(choices) else choices).get(value) or getattr(value, "name", value)
        return _("%(filter)s: %(value)s") % {"filter": told.label, "value": words}

    def _counts(self, name: str, *columns: str) -> list[Any]:
        """(the columns' values, rows), most rows first."""
        if name in self.columns and not self.filters.form.cleaned_data[name]:
            place = [self._all_columns.index(column) for column in columns]
            rows = self._rows if any(self._is_many(column) for column in columns) else self._each_once
            found = Counter(zip(*([row[at] for row in rows] for at in place), strict=True))
        elif any(self._is_many(column) for column in columns):
            few = at_most_counted(self.others(name), *columns).order_by().values_list(*columns)
            found = Counter({tuple(row): count for *row, count in few.annotate(rows=Count("pk"))})
        else:
            found = Counter(self.others(name).order_by().values_list(*columns)[: COUNTED + 1])
        return _known([(*row, count) for row, count in sorted(found.items(), key=_most_first)])

    @cached_property
    def _rows(self) -> list[tuple[Any, ...]]:
        """Of as many rows as are counted all the columns, read once for all facets whose own filter is not set."""
        rows = self.others("").order_by()
        if any(self._is_many(column) for column in self._all_columns):
            return list(at_most_counted(rows, *self._all_columns).order_by().values_list(*self._all_columns))
        return list(rows.values_list(*self._all_columns)[: COUNTED + 1])

    @cached_property
    def _each_once(self) -> list[tuple[Any, ...]]:
        """`_rows`, where a row stands once for each of the several values that it has of one filter."""
        return list({row[0]: row for row in self._rows}.values())

    @cached_property
    def _all_columns(self) -> list[str]:
        return ["pk", *dict.fromkeys(column for named in self.columns.values() for column in named)]

    def _is_many(self, column: str) -> bool:
        """Whether a row may have several of it."""
        first = column.split("__")[0]
        if first == "pk" or first in self.filters.queryset.query.annotations:
            return False
        field = self.filters.queryset.model._meta.get_field(first)
        return bool(field.many_to_many or field.one_to_many)


def _most_first(counted: tuple[tuple[Any, ...], int]) -> tuple[int, list[str]]:
    return -counted[1], [str(value or "") for value in counted[0]]


def _known(counted: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Values with their counts last; without them where not all rows were counted."""
    rows = list(counted)
    return rows if sum(row[-1] for row in rows) <= COUNTED else [(*row[:-1], None) for row in rows]


def url_with(params: QueryDict, **changes: list[str]) -> str:
    """The list's own URL with some filters changed, back on its first page."""
    changed = params.copy()
    for name in PLACE:
        changed.pop(name, None)
    for name, values in changes.items():
        changed.setlist(name, values)
    return f"?{changed.urlencode()}"
