"""Rows chosen by their keys from a queryset that is compiled once: what a reader may see of one kind is the same query
on each page, and Django takes longer to build and compile it than the database to execute it.

A queryset that is kept must not have read anything, and must contain no time but that of the day it is kept for.
"""

import json
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, chain, pairwise
from types import SimpleNamespace
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BooleanField, Expression, Func, QuerySet, Subquery, prefetch_related_objects
from django.db.models.query import ModelIterable

from . import times
from .counting import LONGEST, UNION, Compiled, Moment, size_of
from .paging import ON_SCREEN

MOST = 80  # keys of a list in one statement
LENGTH_OF_KEY = 39  # characters, with what separates it from the next


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


class AmongRows(Func):
    """The condition that a column is among those of a query of one column. PostgreSQL reads the query first, so that an
    index finds the rows also where this is one of several conditions."""

    template = "%(expressions)s"
    arg_joiner = " IN "
    output_field = BooleanField()
    arity = 2

    def __init__(self, column: Any, rows: QuerySet[Any]) -> None:
        super().__init__(column, Subquery(rows))

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="%(expressions)s)", arg_joiner=" = ANY(ARRAY", **context)


@dataclass(frozen=True)
class ByKey:
    """A compiled query; `sql` is "" if it has no rows at all."""

    compiler: Any
    sql: str
    params: tuple[Any, ...]
    prefetched: tuple[Any, ...]

    def read(self, *values: Any) -> list[Any]:
        """The rows for these values in its places."""
        return self.objects(prepared(self, *values))

    def objects(self, rows: list[tuple[Any, ...]]) -> list[Any]:
        """The objects of these rows of the database."""
        if not rows:
            return []
        compiler = self._answered(rows)
        source: Any = SimpleNamespace(
            db=DEFAULT_DB_ALIAS, query=SimpleNamespace(get_compiler=lambda using: compiler), _known_related_objects={}
        )
        found: list[Any] = list(ModelIterable(source))
        prefetch_related_objects(found, *self.prefetched)
        return found

    def tuples(self, *values: Any) -> list[tuple[Any, ...]]:
        """The same of a query of columns."""
        rows = prepared(self, *values)
        return list(self._answered(rows).results_iter(tuple_expected=True)) if rows else []

    @cached_property
    def types(self) -> list[str]:
        """The types of its columns in the database."""
        connection = connections[DEFAULT_DB_ALIAS]
        columns = self.compiler.select if self.sql else ()
        return [column.output_field.cast_db_type(connection) for column, _sql, _alias in columns]

    def _answered(self, rows: list[tuple[Any, ...]]) -> Any:
        """The compiler with the answer of the database in place of the query."""
        compiler = copy(self.compiler)
        # The converters belong to the connection.
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        compiler.execute_sql = lambda *_args, **_options: [rows]
        return compiler


@dataclass(frozen=True)
class United:
    """Some of several queries in one statement, by their places. A row has the place of its query, and then the columns
    of all queries side by side, of which those of the others are empty: columns of different types cannot be united."""

    places: tuple[int, ...]
    sql: str
    params: tuple[Any, ...]


@dataclass(frozen=True)
class Together:
    """Several queries in as few statements as their length allows."""

    queries: tuple[ByKey, ...]
    statements: tuple[United, ...]

    def read(self, *values: Any) -> list[list[Any]]:
        """The rows of each query for these values in the places of all."""
        found: list[list[tuple[Any, ...]]] = [[] for _query in self.queries]
        for one in self.statements:
            ends = list(accumulate((len(self.queries[place].types) for place in one.places), initial=0))
            cuts = dict(zip(one.places, pairwise(ends), strict=True))
            for place, *row in prepared(one, *values):
                start, end = cuts[place]
                found[place].append(tuple(row[start:end]))
        return [query.objects(rows) for query, rows in zip(self.queries, found, strict=True)]


def together(*queries: ByKey) -> Together:
    """Their places have different numbers, unless they share a value."""
    groups: list[list[int]] = []
    for place in sorted(range(len(queries)), key=lambda place: -len(queries[place].sql)):
        if queries[place].sql:
            fitting = (group for group in groups if _fits(_united(queries, [*group, place])))
            group = next(fitting, None)
            if group is None:
                groups.append([place])
            else:
                group.append(place)
    return Together(queries, tuple(_united(queries, group) for group in groups))


def _united(queries: Sequence[ByKey], places: Sequence[int]) -> United:
    parts, params = list[str](), list[Any]()
    for place in places:
        # A column has the type that the first two queries give it.
        typed = places[2:] if not parts else ()
        empty = {
            other: [f"CAST(NULL AS {one})" if other in typed else "NULL" for one in queries[other].types]
            for other in places
            if other != place
        }
        columns = chain([str(place)], *(empty.get(other, ["few.*"]) for other in places))
        parts.append(f"SELECT {', '.join(columns)} FROM ({queries[place].sql}) AS few")  # noqa: S608 - compiled by Django
        params += queries[place].params
    return United(tuple(places), UNION.join(parts), tuple(params))


def _fits(statement: United) -> bool:
    """Whether it is short enough, also with the keys of all rows on a screen."""
    return len(statement.sql) + size_of(statement.params) + ON_SCREEN * LENGTH_OF_KEY <= LONGEST


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


def prepared(query: Compiled | ByKey | United, *values: Any) -> list[tuple[Any, ...]]:
    """The rows for these values."""
    if not query.sql:
        return []
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(query.sql, _bound(query.params, values))
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def compiled_by_key(rows: QuerySet[Any], number: int = 0) -> ByKey:
    """The rows whose keys are in the list at this place, in no order."""
    return compiled_for(rows.order_by().filter(Among("pk", rows.model._meta.pk, number)))


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
