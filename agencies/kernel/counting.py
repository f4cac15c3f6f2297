"""Counting as far as anybody reads: many lists in one query, and none further than a number that still says something.

Who sees half a million rows is not told how many exactly: to count them costs more than to show them.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.utils.formats import number_format

COUNTED = 1_000


def at_most_counted(rows: QuerySet[Any], *columns: str) -> QuerySet[Any]:
    """These rows, or one more than is counted of them, whichever; all that is asked of them is asked of no more.

    `columns` are those that will be read: what chose the rows need not be asked again of the few, unless one of these
    is no column of theirs but was annotated.
    """
    annotated = any(column in rows.query.annotations for column in columns)
    few = rows if annotated else rows.model._base_manager.all()
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
    few = {name: rows.order_by().values("pk")[: COUNTED + 1] for name, rows in lists.items()}
    found = _together(few, "SELECT %s, COUNT(*) FROM ({}) AS few", *counted)
    return dict.fromkeys(lists, 0) | dict(found)


def first_of_each(lists: Mapping[str, QuerySet[Any]]) -> dict[str, list[UUID]]:
    """The ids of each list, which is ordered and cut: one query for all of them, and each reads no further."""
    ids: dict[str, list[UUID]] = {name: [] for name in lists}
    for name, pk in _together(
        {name: rows.values("pk") for name, rows in lists.items()}, "SELECT %s, few.* FROM ({}) AS few"
    ):
        ids[name].append(pk if isinstance(pk, UUID) else UUID(pk))
    return ids


def _together(lists: Mapping[str, QuerySet[Any]], form: str, *others: QuerySet[Any]) -> list[tuple[Any, ...]]:
    """The answer of all in one statement. Written here, because the ORM knows no union of lists that are cut on
    SQLite, and counts a cut list only by looking each of its rows up again.
    """
    link, parts, given = connections[DEFAULT_DB_ALIAS], [], []
    for name, rows in lists.items():
        try:
            sql, params = rows.query.get_compiler(link.alias).as_sql()
        except EmptyResultSet:  # known to be empty before anybody is asked
            continue
        parts.append(form.format(sql))
        given += [name, *params]
    for rows in others:
        sql, params = rows.query.get_compiler(link.alias).as_sql()
        parts.append(sql)
        given += params
    if not parts:
        return []
    with link.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), given)
        answer: list[tuple[Any, ...]] = cursor.fetchall()
    return answer
