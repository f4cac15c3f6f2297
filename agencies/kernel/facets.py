"""Facets of a list: how many rows each value of a filter would leave, with all other filters as they stand.

Counted over the same visible rows as the list itself, so a count never tells of a row its reader may not see.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from .filtering import Flag, ListFilter

Text = str | Promise
PLACE = ("after", "before")  # a cursor belongs to the rows it was made for


@dataclass(frozen=True)
class Choice:
    """One value of a filter, as chips and facets show it."""

    label: Text
    url: str
    count: int | None = None
    active: bool = False
    value: str = ""


@dataclass(frozen=True)
class Facets:
    """The filters of one list as links."""

    filters: ListFilter
    params: QueryDict

    def by_choice(self, name: str, column: str, choices: Iterable[tuple[Any, Text]]) -> list[Choice]:
        """A facet over a fixed set of codes; codes without rows are left out unless they are chosen."""
        counts: dict[Any, int] = dict(self._counts(name, column))
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

    def together(self, columns: Mapping[str, tuple[str, ...]]) -> dict[str, list[tuple[str, list[str], int]]]:
        """The counts of several facets in one query: filter → (value, its words, rows), most rows first.

        Each names its column and at most two further ones with words; all are read as text.
        """
        lists = [self._texts(name, *named) for name, named in columns.items()]
        found: dict[str, list[tuple[str, list[str], int]]] = {name: [] for name in columns}
        for name, value, *words, count in lists[0].union(*lists[1:], all=True):
            if value not in (None, ""):
                found[name].append((value, words, count))
        return {name: sorted(rows, key=lambda row: (-row[2], row[0])) for name, rows in found.items()}

    def choice(self, name: str, value: Any, label: Text, count: int) -> Choice:
        """One value of a filter, with what it would leave."""
        return self._toggle(name, value, label, count)

    def tick(self, name: str, label: Text) -> Choice:
        """A yes-or-no filter, with what it would leave."""
        count = self.filters.filters[name].filter(self.others(name), "1").count()
        return self._toggle(name, "1", label, count)

    def chips(self, name: str, choices: Iterable[Choice], everything: Text) -> list[Choice]:
        """The choices of a facet as chips that exclude each other, headed by one for all of them."""
        listed, chosen = list(choices), self.params.getlist(name)
        total = sum(choice.count or 0 for choice in listed)
        first = Choice(everything, url_with(self.params, **{name: []}), total, not chosen)
        return [
            first,
            *(
                replace(one, url=url_with(self.params, **{name: [one.value]}), active=chosen == [one.value])
                for one in listed
            ),
        ]

    def chosen(self) -> list[Choice]:
        """Every filter that is set, each with the link that takes it off."""
        return [
            Choice(self._words(name, one), self._without(name, one))
            for name, value in self.filters.form.cleaned_data.items()
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

    def _toggle(self, name: str, value: Any, label: Text, count: int) -> Choice:
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

    def _texts(self, name: str, column: str, *words: str) -> QuerySet[Any]:
        told: list[Any] = [*words, *([Value("")] * (2 - len(words)))]
        texts = [Cast(one, CharField()) for one in (column, *told)]
        rows = self.others(name).order_by().annotate(**{f"facet_{i}": text for i, text in enumerate(texts)})
        counted: QuerySet[Any] = rows.values_list(Value(name), "facet_0", "facet_1", "facet_2").annotate(Count("pk"))
        return counted

    def _counts(self, name: str, *columns: str) -> list[Any]:
        rows = self.others(name).order_by().values_list(*columns)
        return list(rows.annotate(rows=Count("pk")).order_by("-rows", *columns))


def url_with(params: QueryDict, **changes: list[str]) -> str:
    """The list's own URL with some filters changed, back on its first page."""
    changed = params.copy()
    for name in PLACE:
        changed.pop(name, None)
    for name, values in changes.items():
        changed.setlist(name, values)
    return f"?{changed.urlencode()}"
