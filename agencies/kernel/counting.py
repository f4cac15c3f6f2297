"""Counting as far as anybody reads: many lists in one query, and none further than a number that still says something.

Who sees half a million rows is not told how many exactly: to count them costs more than to show them.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, QuerySet, Value
from django.utils.formats import number_format

COUNTED = 1_000


def at_most_counted(rows: QuerySet[Any]) -> QuerySet[Any]:
    """These rows, or one more than is counted of them, whichever; all that is asked of them is asked of no more."""
    # What chose them need not be asked again of the few; only what they were annotated with stands on their list.
    few = rows if rows.query.annotations else rows.model._base_manager.all()
    return few.filter(pk__in=rows.order_by().values("pk")[: COUNTED + 1])


def count_up_to(rows: QuerySet[Any]) -> int:
    """How many rows; one more than is counted stands for "more"."""
    return rows.order_by().values("pk")[: COUNTED + 1].count()


def number_words(count: int) -> str:
    """A count as a reader gets it."""
    return str(count) if count <= COUNTED else f"{number_format(COUNTED, force_grouping=True)}+"


def count_each(lists: Mapping[str, QuerySet[Any]], *counted: QuerySet[Any]) -> dict[str, int]:
    """How many rows each list has, as `count_up_to`: one query, however many lists and of whatever nouns.

    `counted` are further rows of (name, number) for the same query, where the names themselves are to be found out.
    """
    named = [*(_named_count(name, rows) for name, rows in lists.items()), *counted]
    if not named:
        return {}
    first, *others = named
    # A list known to be empty beforehand is left out of a union by Django itself.
    return dict.fromkeys(lists, 0) | dict(first.union(*others, all=True))


def _named_count(name: str, rows: QuerySet[Any]) -> QuerySet[Any]:
    # Values group by nothing but a constant, so each list gives exactly one row, an empty one too.
    counted: QuerySet[Any] = at_most_counted(rows).order_by().values_list(Value(name)).annotate(Count("pk"))
    return counted
