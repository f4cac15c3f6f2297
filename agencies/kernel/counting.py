"""Counts up to a limit.

Above the limit the exact number does not matter to the reader, and counting would cost more than showing the rows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.utils.formats import number_format

COUNTED = 1_000


def at_most_counted(rows: QuerySet[Any], *columns: str, ids: QuerySet[Any] | None = None) -> QuerySet[Any]:
    """Limits to the counting limit plus one, in no particular order, so that further conditions are checked for these
    rows only.

    `columns` are the columns that will be read. Unless one of them is an annotation, the conditions of `rows` are not
    repeated for the limited rows. `ids` are those of the rows, if they are found in another way.
    """
    annotated = any(column in rows.query.annotations for column in columns)
    few = rows if annotated else rows.model._base_manager.all()
    return few.filter(pk__in=(rows.values("pk") if ids is None else ids).order_by()[: COUNTED + 1])


def count_up_to(rows: QuerySet[Any]) -> int:
    """Returns the number of rows, at most `COUNTED` + 1, which means "more"."""
    return rows.order_by().values("pk")[: COUNTED + 1].count()


def at_most(number: int) -> int:
    """A number up to `COUNTED` + 1, which means "more"."""
    return min(number, COUNTED + 1)


def format_count(count: int) -> str:
    """Returns a count as text, "1,000+" above the limit."""
    return str(count) if count <= COUNTED else f"{number_format(COUNTED, force_grouping=True)}+"


@dataclass(frozen=True)
class Compiled:
    """A query compiled to SQL, "" if it has no results. `reads` are the columns of a row, which have `names`."""

    sql: str
    params: tuple[Any, ...]
    reads: tuple[Callable[[Any], Any], ...] = field(default=(), compare=False)
    names: tuple[str, ...] = ()


def _compile(rows: QuerySet[Any]) -> Compiled:
    try:
        sql, params = rows.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    except EmptyResultSet:
        return Compiled("", ())
    return Compiled(sql, tuple(params))


def rows_of_each(lists: Mapping[str, Compiled]) -> dict[str, list[tuple[Any, ...]]]:
    """Runs several lists of `compiled_rows` with the same columns, each in its order."""
    found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in lists}
    for name, *row in _run_all(lists, "SELECT %s, few.* FROM ({}) AS few"):
        found[name].append(tuple(read(value) for read, value in zip(lists[name].reads, row, strict=True)))
    return found


def compiled_rows(rows: QuerySet[Any], *columns: str) -> Compiled:
    """Compiles a list for `rows_of_each`. The columns are fields of its model."""
    reads = tuple(reading(rows.model._meta.get_field(name)) for name in columns)
    return replace(_compile(rows.values_list(*columns)), reads=reads, names=columns)


def compiled_checked(met: Compiled, checked: Compiled, table: type[Model]) -> Compiled:
    """Compiles, for `rows_of_each`, the first of the ordered rows `met` that are also in `checked`, which is unordered,
    limited, and compiled for all rows of `table`. The rows have its columns, and are read in their order and checked
    one by one until there are enough."""
    name = connections[DEFAULT_DB_ALIAS].ops.quote_name(table._meta.db_table)
    sql = f"WITH met AS MATERIALIZED ({met.sql}) {checked.sql.replace(name, 'met')}"
    return replace(checked, sql=sql if met.sql and checked.sql else "", params=(*met.params, *checked.params))


def reading(column: Any) -> Callable[[Any], Any]:
    """From a value of the database to that of the field, as the ORM converts it."""
    connection, col = connections[DEFAULT_DB_ALIAS], column.get_col(column.model._meta.db_table)
    converters = [*connection.ops.get_db_converters(col), *col.get_db_converters(connection)]

    def read(value: Any) -> Any:
        for converter in converters:
            value = converter(value, col, connection)
        return value

    return read


def ids_by_index(lists: Mapping[str, QuerySet[Any]], most: int) -> dict[str, list[Any]]:
    """The ids of each list, at most one more than `most`, for queries that need an index and ids that are integers.

    With a LIMIT, PostgreSQL may prefer a sequential scan that it expects to end soon. It plans a materialized CTE as if
    all rows were read, but reads only the rows needed.
    """
    whole = {name: _compile(rows.order_by().values("pk")) for name, rows in lists.items()}
    taken = f"SELECT %s, * FROM (WITH met AS MATERIALIZED ({{}}) SELECT * FROM met LIMIT {most + 1}) AS few"  # noqa: S608 - compiled by Django, and a number
    found: dict[str, list[Any]] = {name: [] for name in lists}
    for name, pk in _run_all(whole, taken):
        found[name].append(pk)
    return found


def _run_all(lists: Mapping[str, Compiled], form: str) -> list[tuple[Any, ...]]:
    """The rows of all queries, each in the form and with its name."""
    found: list[tuple[Any, ...]] = []
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        for name, one in lists.items():
            if one.sql:
                cursor.execute(form.format(one.sql), [name, *one.params])
                found += cursor.fetchall()
    return found
