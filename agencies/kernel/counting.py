"""Counts up to a limit.

Above the limit the exact number does not matter to the reader, and counting would cost more than showing the rows.
"""

from typing import Any

from django.db.models import QuerySet
from django.utils.formats import number_format

COUNTED = 1_000


def at_most_counted(rows: QuerySet[Any], *columns: str) -> QuerySet[Any]:
    """Limits to the counting limit plus one, in no particular order, so that further conditions are checked for these
    rows only.

    `columns` are the columns that will be read. Unless one of them is an annotation, the conditions of `rows` are not
    repeated for the limited rows.
    """
    annotated = any(column in rows.query.annotations for column in columns)
    few = rows if annotated else rows.model._base_manager.all()
    return few.filter(pk__in=rows.order_by().values("pk")[: COUNTED + 1])


def count_up_to(rows: QuerySet[Any]) -> int:
    """Returns the number of rows, at most `COUNTED` + 1, which means "more"."""
    return rows.order_by().values("pk")[: COUNTED + 1].count()


def at_most(number: int) -> int:
    """A number up to `COUNTED` + 1, which means "more"."""
    return min(number, COUNTED + 1)


def format_count(count: int) -> str:
    """Returns a count as text, "1,000+" above the limit."""
    return str(count) if count <= COUNTED else f"{number_format(COUNTED, force_grouping=True)}+"
