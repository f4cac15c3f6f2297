"""Counting as far as anybody reads: many lists in one query, and none further than a number that still says something.

Who sees half a million rows is not told how many exactly: to count them costs more than to show them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import CharField, DateTimeField, Expression, F, QuerySet, Value
from django.utils.formats import number_format

from . import times

COUNTED = 1_000
# What is asked of a list, by the same four columns: its name, how many, an id, a word.
COUNTED_OF = "SELECT %s, COUNT(*), '', '' FROM ({}) AS few"
FOUND_OF = "SELECT %s, 0, CAST(few.pk AS text), few.word FROM ({}) AS few"


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


def format_count(count: int) -> str:
    """A count as a reader gets it."""
    return str(count) if count <= COUNTED else f"{number_format(COUNTED, force_grouping=True)}+"


class Moment(Expression):
    """The time at which a question is asked, in place of a time known when it was put into words. Whatever compares
    with a `now` takes it instead: `rows.overdue(Moment())`, `Moment() + timedelta(days=1)`."""

    output_field = DateTimeField()

    def __init__(self, later: timedelta = timedelta()) -> None:
        super().__init__(output_field=DateTimeField())
        self.later = later

    def __add__(self, span: Any) -> Any:
        return Moment(self.later + span) if isinstance(span, timedelta) else super().__add__(span)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def at(self, now: datetime) -> Any:
        return connections[DEFAULT_DB_ALIAS].ops.adapt_datetimefield_value(now + self.later)


@dataclass(frozen=True)
class Compiled:
    """A question as the database is asked it, for whoever asks the same one again: to put rights into words takes
    Django longer than to answer takes the database. It holds no answer and no time but a `Moment`. `sql` is "" where
    no answer is possible."""

    sql: str
    given: tuple[Any, ...]
    pk: Callable[[str], Any] = str  # of what the list is of, as its model has it

    def given_at(self, now: datetime) -> Iterable[Any]:
        return (value.at(now) if isinstance(value, Moment) else value for value in self.given)


def compiled(rows: QuerySet[Any]) -> Compiled:
    """The question of a list that is counted. Whoever keeps it says `Moment()` where the time of asking stands."""
    return _word(rows.order_by().values("pk")[: COUNTED + 1])


def question_of(rows: QuerySet[Any] | Compiled) -> Compiled:
    return rows if isinstance(rows, Compiled) else compiled(rows)


def compiled_ids(rows: QuerySet[Any], word: str = "", *, of: str = "") -> Compiled:
    """The question of a list that is ordered and cut, for `first_of_each`; `word` is a column of text to come along,
    `of` the column that is asked for in place of the key."""
    told = F(word) if word else Value("", CharField())
    if not of:
        return replace(_word(rows.values("pk", word=told)), pk=rows.model._meta.pk.to_python)
    field = rows.model._meta.get_field(of)
    return replace(_word(rows.values(pk=F(of), word=told)), pk=field.to_python)


def _word(rows: QuerySet[Any]) -> Compiled:
    try:
        sql, params = rows.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    except EmptyResultSet:  # known to be empty before anybody is asked
        return Compiled("", ())
    return Compiled(sql, tuple(params))


def count_each(lists: Mapping[str, QuerySet[Any] | Compiled], *counted: QuerySet[Any]) -> dict[str, int]:
    """How many rows each list has, as `count_up_to`: one query, however many lists and of whatever nouns.

    `counted` are further rows of (name, number) for the same query, where the names themselves are to be found out.
    """
    few = {name: question_of(rows) for name, rows in lists.items()}
    found = _together(few, dict.fromkeys(few, "SELECT %s, COUNT(*) FROM ({}) AS few"), *counted)
    return dict.fromkeys(lists, 0) | dict(found)


def count_each_by_index(lists: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """As `count_each`, for questions that an index answers well and a walk badly: told that only a thousand rows are
    wanted, PostgreSQL would walk the table, hoping to meet them soon. It plans a CTE as if all of it were read, and yet
    reads no more than is taken."""
    whole = {name: _word(rows.order_by().values("pk")) for name, rows in lists.items()}
    taken = "SELECT %s, COUNT(*) FROM (WITH met AS MATERIALIZED ({}) SELECT 1 FROM met LIMIT {few}) AS few"
    forms = dict.fromkeys(whole, taken.replace("{few}", str(COUNTED + 1)))
    return dict.fromkeys(lists, 0) | dict(_together(whole, forms))


def first_of_each(lists: Mapping[str, Compiled]) -> dict[str, dict[Any, str]]:
    """Of each list of `compiled_ids`, in its order, id → word: one query, and each list reads no further than its
    cut."""
    return count_and_find({}, lists)[1]


def count_and_find(
    counted: Mapping[str, Compiled], lists: Mapping[str, Compiled]
) -> tuple[dict[str, int], dict[str, dict[Any, str]]]:
    """`count_each` of some and `first_of_each` of others, in one query; no name may stand in both."""
    counts = dict.fromkeys(counted, 0)
    found: dict[str, dict[Any, str]] = {name: {} for name in lists}
    forms = dict.fromkeys(counted, COUNTED_OF) | dict.fromkeys(lists, FOUND_OF)
    for name, number, pk, word in _together({**counted, **lists}, forms):
        if name in counts:
            counts[name] = number
        else:
            found[name][lists[name].pk(pk)] = word
    return counts, found


def _together(lists: Mapping[str, Compiled], forms: Mapping[str, str], *others: QuerySet[Any]) -> list[tuple[Any, ...]]:
    """The answer of all in one statement, each in its form. Written here, because the ORM knows no union of lists that
    are cut on SQLite, and counts a cut list only by looking each of its rows up again.
    """
    now = times.now()
    parts, given = [], []
    for name, question in lists.items():
        if question.sql:
            parts.append(forms[name].format(question.sql))
            given += [name, *question.given_at(now)]
    for question in map(_word, others):
        if question.sql:
            parts.append(question.sql)
            given += question.given_at(now)
    return _ask(" UNION ALL ".join(parts), given) if parts else []


def _ask(sql: str, given: list[Any]) -> list[tuple[Any, ...]]:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(sql, given)
        answer: list[tuple[Any, ...]] = cursor.fetchall()
    return answer
