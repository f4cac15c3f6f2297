"""Counts up to a limit, for many lists in one query.

Above the limit the exact number does not matter to the reader, and counting would cost more than showing the rows.
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
# Both queries return the same four columns: name of the list, count, id, text.
COUNTED_OF = "SELECT %s, COUNT(*), '', '' FROM ({}) AS few"
FOUND_OF = "SELECT %s, 0, CAST(few.pk AS text), few.word FROM ({}) AS few"


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


def format_count(count: int) -> str:
    """Returns a count as text, "1,000+" above the limit."""
    return str(count) if count <= COUNTED else f"{number_format(COUNTED, force_grouping=True)}+"


class Moment(Expression):
    """The time at which a compiled query runs. It replaces `now` in queryset methods: `rows.overdue(Moment())`,
    `Moment() + timedelta(days=1)`."""

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
    """A query compiled to SQL, for reuse: for access rules Django takes longer to compile than the database to answer.

    It holds no results, and no time except as `Moment`. `sql` is "" if the result is always empty. `pk` converts the
    text of an id to its type.
    """

    sql: str
    params: tuple[Any, ...]
    pk: Callable[[str], Any] = str

    def params_at(self, now: datetime) -> Iterable[Any]:
        return (value.at(now) if isinstance(value, Moment) else value for value in self.params)


def compiled(rows: QuerySet[Any]) -> Compiled:
    """Compiles a list for counting. If the result is reused, `rows` must use `Moment()` for the present time."""
    return _compile(rows.order_by().values("pk")[: COUNTED + 1])


def question_of(rows: QuerySet[Any] | Compiled) -> Compiled:
    return rows if isinstance(rows, Compiled) else compiled(rows)


def compiled_ids(rows: QuerySet[Any], word: str = "", *, of: str = "") -> Compiled:
    """Compiles an ordered and limited list for `first_of_each`. `word` is a text column to return as well; `of` is the
    column to return instead of the primary key."""
    text = F(word) if word else Value("", CharField())
    if not of:
        return replace(_compile(rows.values("pk", word=text)), pk=rows.model._meta.pk.to_python)
    field = rows.model._meta.get_field(of)
    return replace(_compile(rows.values(pk=F(of), word=text)), pk=field.to_python)


def _compile(rows: QuerySet[Any]) -> Compiled:
    try:
        sql, params = rows.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    except EmptyResultSet:
        return Compiled("", ())
    return Compiled(sql, tuple(params))


def compiled_pairs(rows: QuerySet[Any]) -> Compiled:
    """Compiles a queryset of pairs: of (name, count) for `count_each`, of any for `rows_of`."""
    return _compile(rows)


def rows_of(query: Compiled) -> list[tuple[Any, ...]]:
    """Runs a compiled query; its columns must be of types that need no conversion on SQLite."""
    return _fetch(query.sql, list(query.params_at(times.now()))) if query.sql else []


def count_each(lists: Mapping[str, QuerySet[Any] | Compiled], *counted: Compiled) -> dict[str, int]:
    """Returns the number of rows of each list, as `count_up_to`, in one query.

    `counted` are `compiled_pairs` for the same query, if the names are not known beforehand.
    """
    few = {name: question_of(rows) for name, rows in lists.items()}
    found = _run_all(few, dict.fromkeys(few, "SELECT %s, COUNT(*) FROM ({}) AS few"), *counted)
    return dict.fromkeys(lists, 0) | dict(found)


def count_each_by_index(lists: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """Like `count_each`, for queries that need an index. With a LIMIT, PostgreSQL may prefer a sequential scan that it
    expects to end soon. It plans a materialized CTE as if all rows were read, but reads only the rows needed."""
    whole = {name: _compile(rows.order_by().values("pk")) for name, rows in lists.items()}
    taken = "SELECT %s, COUNT(*) FROM (WITH met AS MATERIALIZED ({}) SELECT 1 FROM met LIMIT {few}) AS few"
    forms = dict.fromkeys(whole, taken.replace("{few}", str(COUNTED + 1)))
    return dict.fromkeys(lists, 0) | dict(_run_all(whole, forms))


def first_of_each(lists: Mapping[str, Compiled]) -> dict[str, dict[Any, str]]:
    """Returns id → text for each list of `compiled_ids`, in its order, in one query that respects each list's limit."""
    return count_and_find({}, lists)[1]


def count_and_find(
    counted: Mapping[str, Compiled], lists: Mapping[str, Compiled]
) -> tuple[dict[str, int], dict[str, dict[Any, str]]]:
    """Returns `count_each` of `counted` and `first_of_each` of `lists` in one query. Their names must be disjoint."""
    counts = dict.fromkeys(counted, 0)
    found: dict[str, dict[Any, str]] = {name: {} for name in lists}
    forms = dict.fromkeys(counted, COUNTED_OF) | dict.fromkeys(lists, FOUND_OF)
    for name, number, pk, word in _run_all({**counted, **lists}, forms):
        if name in counts:
            counts[name] = number
        else:
            found[name][lists[name].pk(pk)] = word
    return counts, found


def _run_all(lists: Mapping[str, Compiled], forms: Mapping[str, str], *others: Compiled) -> list[tuple[Any, ...]]:
    """Runs all queries as one statement, each in its form.

    The ORM cannot do this: on SQLite it has no union of limited lists, and it counts a limited list by looking up each
    of its rows again.
    """
    now = times.now()
    parts, params = [], []
    for name, query in lists.items():
        if query.sql:
            parts.append(forms[name].format(query.sql))
            params += [name, *query.params_at(now)]
    for query in others:
        if query.sql:
            parts.append(query.sql)
            params += query.params_at(now)
    return _fetch(" UNION ALL ".join(parts), params) if parts else []


def _fetch(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(sql, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
