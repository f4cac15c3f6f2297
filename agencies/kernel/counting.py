"""Counting as far as anybody reads: many lists in one query, and none further than a number that still says something.

Who sees half a million rows is not told how many exactly: to count them costs more than to show them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Worded:
    """A question as the database is asked it, for whoever asks the same one again: to put rights into words takes
    Django longer than to answer takes the database. It holds no answer. `sql` is "" where none is possible."""

    sql: str
    given: tuple[Any, ...]


def worded(rows: QuerySet[Any]) -> Worded:
    """The question of a list that is counted. Only for lists in which no moment stands: they would ask about it for
    ever."""
    return _word(rows.order_by().values("pk")[: COUNTED + 1])


def _word(rows: QuerySet[Any]) -> Worded:
    try:
        sql, params = rows.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    except EmptyResultSet:  # known to be empty before anybody is asked
        return Worded("", ())
    return Worded(sql, tuple(params))


def count_each(lists: Mapping[str, QuerySet[Any] | Worded], *counted: QuerySet[Any]) -> dict[str, int]:
    """How many rows each list has, as `count_up_to`: one query, however many lists and of whatever nouns.

    `counted` are further rows of (name, number) for the same query, where the names themselves are to be found out.
    """
    few = {name: rows if isinstance(rows, Worded) else worded(rows) for name, rows in lists.items()}
    found = _together(few, "SELECT %s, COUNT(*) FROM ({}) AS few", *counted)
    return dict.fromkeys(lists, 0) | dict(found)


def first_of_each(lists: Mapping[str, QuerySet[Any]]) -> dict[str, list[UUID]]:
    """The ids of each list, which is ordered and cut: one query for all of them, and each reads no further."""
    ids: dict[str, list[UUID]] = {name: [] for name in lists}
    questions = {name: _word(rows.values("pk")) for name, rows in lists.items()}
    for name, pk in _together(questions, "SELECT %s, few.* FROM ({}) AS few"):
        ids[name].append(pk if isinstance(pk, UUID) else UUID(pk))
    return ids


def _together(lists: Mapping[str, Worded], form: str, *others: QuerySet[Any]) -> list[tuple[Any, ...]]:
    """The answer of all in one statement. Written here, because the ORM knows no union of lists that are cut on
    SQLite, and counts a cut list only by looking each of its rows up again.
    """
    parts, given = [], []
    for name, question in lists.items():
        if question.sql:
            parts.append(form.format(question.sql))
            given += [name, *question.given]
    for question in map(_word, others):
        if question.sql:
            parts.append(question.sql)
            given += question.given
    if not parts:
        return []
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), given)
        answer: list[tuple[Any, ...]] = cursor.fetchall()
    return answer
