"""Many counts for one query."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, QuerySet, Value


def count_each(lists: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each list has: one query, however many lists and of whatever nouns."""
    if not lists:
        return {}
    first, *others = [_named_count(name, rows) for name, rows in lists.items()]
    # A list known to be empty beforehand is left out of a union by Django itself.
    return dict.fromkeys(lists, 0) | dict(first.union(*others, all=True))


def _named_count(name: str, rows: QuerySet[Any]) -> QuerySet[Any]:
    # Values group by nothing but a constant, so each list gives exactly one row, an empty one too.
    counted: QuerySet[Any] = rows.order_by().values_list(Value(name)).annotate(Count("pk"))
    return counted
