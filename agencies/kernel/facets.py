"""Facets of a list: how many rows each value of a filter would leave, with all other filters unchanged.

Facets count the visible rows of the list, so a count reveals no hidden row. Above the counting limit, a facet offers
the values found in a part of the rows and shows no numbers.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.db.models import Count, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from .bilingual import pick
from .counting import COUNTED, at_most_counted, count_up_to, format_count
from .filtering import FlagFilter, ListFilter
from .texts import Text

PLACE = ("after", "before")  # a cursor is valid only for its own rows
NOT_FILTERS = (*PLACE, "sort", "view", "print")  # other parameters of a list URL
CountedList = tuple[Text, str, QuerySet[Any]]  # label, filters in the URL, rows


def named(row: str) -> tuple[str, str, str]:
    """Returns the columns of a facet over rows with a code and a name in both languages."""
    return f"{row}__code", f"{row}__name_zh", f"{row}__name_en"


def facet_columns(filters: ListFilter, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Returns the columns of the facets of these filters, each over a choice or over rows with a code and names."""
    found = {name: filters.filters[name] for name in names}
    return {
        name: (filter_.field_name,) if "choices" in filter_.extra else named(filter_.field_name)
        for name, filter_ in found.items()
    }


@dataclass(frozen=True)
class FacetChoice:
    """One value of a filter, shown as a chip or in a facet."""

    label: Text
    url: str
    count: int | None = None
    active: bool = False
    value: str = ""

    @property
    def number(self) -> str | None:
        """The formatted count, None if it is unknown."""
        return None if self.count is None else format_count(self.count)


def counted_lists(params: QueryDict, lists: Iterable[CountedList]) -> list[FacetChoice]:
    """Chips above a list, each with its count. Active is the one whose filters the URL has, and no others."""
    listed = list(lists)
    counts = {query: count_up_to(rows) for _label, query, rows in listed}
    chosen = {name: params.getlist(name) for name in params if name not in NOT_FILTERS and any(params.getlist(name))}
    return [
        FacetChoice(label, f"?{query}", counts[query], active=dict(QueryDict(query).lists()) == chosen)
        for label, query, _rows in listed
    ]


@dataclass(frozen=True)
class Facets:
    """The filters of a list as links.

    `columns` maps each filter to the columns its facet counts. They are read once for all facets. A row may have
    several values of one filter. `apart`: the rows of the list as lists without a row in common, to be read one after
    the other up to the counting limit, if an index serves each of them but none their union.
    """

    filters: ListFilter
    params: QueryDict
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    apart: Sequence[QuerySet[Any]] = ()

    def by_choice(self, name: str, column: str, choices: Iterable[tuple[Any, Text]]) -> list[FacetChoice]:
        """Returns a facet over a fixed set of codes. Codes without rows are left out unless chosen."""
        counts: dict[Any, int | None] = dict(self._counts(name, column))
        return [
            self._toggle(name, value, label, counts.get(value, 0))
            for value, label in choices
            if value in counts or value in self.params.getlist(name)
        ]

    def by_row(self, name: str, column: str, *columns: str, label: Callable[..., Text]) -> list[FacetChoice]:
        """Returns a facet over rows of another table.

        `column` is their code; `label` builds the text from further columns.
        """
        return [
            self._toggle(name, code, label(*texts), count)
            for code, *texts, count in self._counts(name, column, *columns)
            if code is not None
        ]

    def labelled(self) -> list[tuple[Text, list[FacetChoice]]]:
        """Returns the facets of `columns` (see `facet_columns`) under the labels of their filters."""
        listed: list[tuple[Text, list[FacetChoice]]] = []
        for name, columns in self.columns.items():
            filter_ = self.filters.filters[name]
            choices = filter_.extra.get("choices")
            facet = self.by_choice(name, columns[0], choices) if choices else self.by_row(name, *columns, label=pick)
            listed.append((str(filter_.label), facet))
        return listed

    def together(self, columns: Mapping[str, tuple[str, ...]]) -> dict[str, list[tuple[str, list[str], int | None]]]:
        """Returns the counts of several facets: filter → (value, texts, rows), most rows first. Values are text."""
        read = replace(self, columns=columns)
        return {
            name: [
                (str(value), texts, count)
                for value, *texts, count in read._counts(name, *named)
                if value not in (None, "")
            ]
            for name, named in columns.items()
        }

    def choice(self, name: str, value: Any, label: Text, count: int | None) -> FacetChoice:
        """Returns one value of a filter with its count."""
        return self._toggle(name, value, label, count)

    def ticks(self, **labels: Text) -> list[FacetChoice]:
        """Returns yes-or-no filters (name=label) with their counts."""
        counts = {name: count_up_to(self.filters.filters[name].filter(self.others(name), "1")) for name in labels}
        return [self._toggle(name, "1", label, counts[name]) for name, label in labels.items()]

    def chips(self, name: str, choices: Iterable[FacetChoice], everything: Text) -> list[FacetChoice]:
        """Returns the choices of a facet as mutually exclusive chips, preceded by one for all of them."""
        listed, chosen = list(choices), self.params.getlist(name)
        total = sum(COUNTED + 1 if choice.count is None else choice.count for choice in listed)
        first = FacetChoice(everything, url_with(self.params, **{name: []}), total, not chosen)
        return [
            first,
            *(
                replace(one, url=url_with(self.params, **{name: [one.value]}), active=chosen == [one.value])
                for one in listed
            ),
        ]

    def chosen(self, *but: str) -> list[FacetChoice]:
        """Returns every active filter with the link that removes it, except `but`, which the page shows itself.

        Also what the address names that is no filter and changes nothing.
        """
        unknown = _("No such filter: %(name)s")
        ignored = [
            FacetChoice(unknown % {"name": name[:40]}, url_with(self.params, **{name: []}))
            for name in self.filters.unknown(*NOT_FILTERS)
        ]
        return ignored + [
            FacetChoice(self._label_of(name, one), self._without(name, one))
            for name, value in self.filters.form.cleaned_data.items()
            if name not in but
            for one in (value if isinstance(value, list) else [value])
            if one
        ]

    def others(self, name: str, rows: QuerySet[Any] | None = None) -> QuerySet[Any]:
        """Returns the rows left by all filters except one, of the list or of the given rows."""
        rows = self.filters.queryset if rows is None else rows
        for key, value in self.filters.form.cleaned_data.items():
            if key != name:
                rows = self.filters.filters[key].filter(rows, value)
        return rows

    def _toggle(self, name: str, value: Any, label: Text, count: int | None) -> FacetChoice:
        active = str(value) in self.params.getlist(name)
        url = self._without(name, value) if active else self._with(name, value)
        return FacetChoice(label, url, count, active, str(value))

    def _with(self, name: str, value: Any) -> str:
        """Returns the URL with the value added for a multiple filter, or set for a single one."""
        many = isinstance(self.filters.form.cleaned_data[name], list)
        return url_with(self.params, **{name: [*(self.params.getlist(name) if many else []), str(value)]})

    def _without(self, name: str, value: Any) -> str:
        many = isinstance(self.filters.form.cleaned_data[name], list)
        kept = [one for one in self.params.getlist(name) if one != str(value)] if many else []
        return url_with(self.params, **{name: kept})

    def _label_of(self, name: str, value: Any) -> str:
        filter_ = self.filters.filters[name]
        if isinstance(filter_, FlagFilter):
            return str(filter_.label)
        choices = filter_.extra.get("choices", [])
        labels = dict(choices() if callable(choices) else choices).get(value) or getattr(value, "name", value)
        return _("%(filter)s: %(value)s") % {"filter": filter_.label, "value": labels}

    def _counts(self, name: str, *columns: str) -> list[Any]:
        """Returns (column values, rows), most rows first."""
        if name in self.columns and not self.filters.form.cleaned_data[name]:
            place = [self._all_columns.index(column) for column in columns]
            read = self._rows if any(self._is_many(column) for column in columns) else self._each_once
            found = Counter(zip(*([row[at] for row in read] for at in place), strict=True))
        elif any(self._is_many(column) for column in columns):
            few = at_most_counted(self.others(name), *columns).order_by().values_list(*columns)
            found = Counter({tuple(row): count for *row, count in few.annotate(rows=Count("pk"))})
        else:
            found = Counter(_some_of([self.others(name)], columns))
        return _known([(*row, count) for row, count in sorted(found.items(), key=_most_first)])

    @cached_property
    def _rows(self) -> list[tuple[Any, ...]]:
        """All facet columns of the rows within the counting limit, read once for all facets whose filter is not set."""
        rows = self.others("").order_by()
        if any(self._is_many(column) for column in self._all_columns):
            few = at_most_counted(rows, *self._all_columns)
            return list(few.order_by().values_list(*self._all_columns))
        return _some_of([self.others("", one) for one in self.apart] or [rows], self._all_columns)

    @cached_property
    def _each_once(self) -> list[tuple[Any, ...]]:
        """`_rows` without duplicates, which occur where a row has several values of one filter."""
        return list({row[0]: row for row in self._rows}.values())

    @cached_property
    def _all_columns(self) -> list[str]:
        return ["pk", *dict.fromkeys(column for named in self.columns.values() for column in named)]

    def _is_many(self, column: str) -> bool:
        """Whether a row may have several values of this column."""
        first = column.split("__")[0]
        if first == "pk" or first in self.filters.queryset.query.annotations:
            return False
        field = self.filters.queryset.model._meta.get_field(first)
        return bool(field.many_to_many or field.one_to_many)


def _some_of(lists: Sequence[QuerySet[Any]], columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """These columns of the rows within the counting limit."""
    found: list[tuple[Any, ...]] = []
    for rows in lists:
        found += rows.order_by().values_list(*columns)[: COUNTED + 1 - len(found)]
    return found


def _most_first(counted: tuple[tuple[Any, ...], int]) -> tuple[int, list[str]]:
    return -counted[1], [str(value or "") for value in counted[0]]


def _known(counted: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Keeps the counts if all rows were counted; otherwise replaces them by None."""
    rows = list(counted)
    return rows if sum(row[-1] for row in rows) <= COUNTED else [(*row[:-1], None) for row in rows]


def url_with(params: QueryDict, **changes: list[str]) -> str:
    """Returns the URL of the list with some filters changed, on its first page."""
    changed = params.copy()
    for name in PLACE:
        changed.pop(name, None)
    for name, values in changes.items():
        changed.setlist(name, values)
    return f"?{changed.urlencode()}"
