"""Rows chosen by their keys from a queryset that is compiled once: what a reader may see of one kind is the same query
on each page, and Django takes longer to build and compile it than the database to execute it.

A queryset that is kept must not have read anything, and must contain no time but that of the day it is kept for.
"""

import json
import re
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BooleanField, Expression, Func, QuerySet, prefetch_related_objects
from django.db.models.query import ModelIterable

from . import times
from .counting import Compiled, Moment

MOST = 80  # keys of a list in one statement


class Place(Expression):
    """The place of a value in a compiled statement."""

    def __init__(self, number: int, output_field: Any) -> None:
        super().__init__(output_field=output_field)
        self.number = number

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def bound(self, values: Sequence[Any], connection: Any) -> Any:
        return self.output_field.get_db_prep_value(values[self.number], connection)


class Among(Func):
    """The condition that a column is among the keys of a list, which stands at a place of the compiled statement. It is
    one parameter, however many keys there are."""

    template = "%(expressions)s = ANY(%%s)"
    of_sqlite = "%(expressions)s IN (SELECT value FROM json_each(%%s))"
    output_field = BooleanField()
    arity = 1

    def __init__(self, column: Any, key: Any, number: int = 0) -> None:
        super().__init__(column)
        self.key, self.number = key, number

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        sql, params = self.as_sql(compiler, connection, **context)
        return sql, (*params, self)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        sql, params = self.as_sql(compiler, connection, template=self.of_sqlite)
        return sql, (*params, self)

    def bound(self, values: Sequence[Any], connection: Any) -> Any:
        keys = [self.key.get_db_prep_value(one, connection) for one in values[self.number]]
        return json.dumps(keys) if connection.vendor == "sqlite" else keys


@dataclass(frozen=True)
class ByKey:
    """A compiled query; `sql` is "" if it has no rows at all."""

    compiler: Any
    sql: str
    params: tuple[Any, ...]
    prefetched: tuple[Any, ...]

    def read(self, *values: Any) -> list[Any]:
        """The rows for these values in its places."""
        if not self.sql:
            return []
        compiler = self._answered(values)
        source: Any = SimpleNamespace(
            db=DEFAULT_DB_ALIAS, query=SimpleNamespace(get_compiler=lambda using: compiler), _known_related_objects={}
        )
        found: list[Any] = list(ModelIterable(source))
        prefetch_related_objects(found, *self.prefetched)
        return found

    def tuples(self, *values: Any) -> list[tuple[Any, ...]]:
        """The same of a query of columns."""
        return list(self._answered(values).results_iter(tuple_expected=True)) if self.sql else []

    def _answered(self, values: Sequence[Any]) -> Any:
        """The compiler with the answer of the database in place of the query."""
        compiler = copy(self.compiler)
        # The converters belong to the connection.
        compiler.connection, compiler.plain = connections[DEFAULT_DB_ALIAS], None
        rows = prepared(self, *values)
        compiler.execute_sql = lambda *_args, **_options: [rows]
        return compiler


def bound(query: Compiled, *values: Any) -> Compiled:
    """A compiled query with these values in its places."""
    return replace(query, params=_bound(query.params, values))


def _bound(params: Iterable[Any], values: Sequence[Any]) -> tuple[Any, ...]:
    connection, now = connections[DEFAULT_DB_ALIAS], times.now()
    return tuple(
        one.bound(values, connection)
        if isinstance(one, Place | Among)
        else one.at(now)
        if isinstance(one, Moment)
        else one
        for one in params
    )


def prepared(query: Compiled | ByKey, *values: Any) -> list[tuple[Any, ...]]:
    """The rows for these values, of a query that takes longer to plan than to execute: PostgreSQL plans it once for
    each connection. Its constants stand in the text, because what they decide, such as an index of open rows only, is
    in the plan; values and moments do not."""
    if not query.sql:
        return []
    connection: Any = connections[DEFAULT_DB_ALIAS]
    sql, params = query.sql, query.params
    if connection.vendor == "postgresql":
        sql, params = _with_constants(sql, params)
    with connection.prepared_cursor() as cursor:
        cursor.execute(sql, _bound(params, values))
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


@lru_cache(maxsize=1_024)
def _with_constants(sql: str, params: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    connection: Any = connections[DEFAULT_DB_ALIAS]
    given, left = iter(params), list[Any]()

    def written(found: re.Match[str]) -> str:
        value = None if found[0] == "%%" else next(given)
        if found[0] == "%%" or isinstance(value, Place | Among | Moment):
            left.extend([] if value is None else [value])
            return found[0]
        return str(connection.ops.compose_sql("%s", [value])).replace("%", "%%")

    return re.sub("%%|%s", written, sql), tuple(left)


def compiled_by_key(rows: QuerySet[Any]) -> ByKey:
    """The rows whose keys are in a list, in no order."""
    return compiled_for(rows.order_by().filter(Among("pk", rows.model._meta.pk)))


def compiled_for(rows: QuerySet[Any]) -> ByKey:
    """The rows for the values of their places. For the present time `rows` use `Moment()`."""
    compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        sql, params = "", ()
    few: Any = rows
    return ByKey(compiler, sql, tuple(params), few._prefetch_related_lookups)


def read_by_key(kept: ByKey, keys: Iterable[Any]) -> list[Any]:
    """The rows with these keys, in no order; a long list is divided."""
    return [row for some in batched(keys) for row in kept.read(some)]


def batched(keys: Iterable[Any]) -> list[list[Any]]:
    listed = list(keys)
    return [listed[start : start + MOST] for start in range(0, len(listed), MOST)]
