"""Rows chosen by their keys from a queryset that is compiled once: what a reader may see of one kind is the same query
on each page, and Django takes longer to build and compile it than the database to execute it.

A queryset that is kept must not have read anything, and must contain no time but that of the day it is kept for.
"""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, QuerySet, prefetch_related_objects
from django.db.models.query import ModelIterable

from . import times
from .counting import Compiled, Moment

SIZES = (4, 12, 50, 100)  # of the lists of keys; a shorter list is filled up with its last key


class Place(Expression):
    """The place of a key in a compiled statement."""

    def __init__(self, number: int, output_field: Any) -> None:
        super().__init__(output_field=output_field)
        self.number = number

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def value(self, keys: Sequence[Any], connection: Any) -> Any:
        return self.output_field.get_db_prep_value(keys[min(self.number, len(keys) - 1)], connection)


@dataclass(frozen=True)
class ByKey:
    """A compiled query for as many rows as it has places; `sql` is "" if it has no rows at all."""

    compiler: Any
    sql: str
    params: tuple[Any, ...]
    prefetched: tuple[Any, ...]

    def read(self, keys: Sequence[Any]) -> list[Any]:
        """The rows with these keys, in no order."""
        if not self.sql:
            return []
        connection = connections[DEFAULT_DB_ALIAS]
        now = times.now()
        params = tuple(_bound(value, keys, now, connection) for value in self.params)
        compiler = copy(self.compiler)
        compiler.connection, compiler.plain = connection, None  # the converters belong to the connection
        compiler.as_sql = lambda *_args, **_options: (self.sql, params)
        source: Any = SimpleNamespace(
            db=DEFAULT_DB_ALIAS, query=SimpleNamespace(get_compiler=lambda using: compiler), _known_related_objects={}
        )
        found: list[Any] = list(ModelIterable(source))
        prefetch_related_objects(found, *self.prefetched)
        return found


def places(field: Any, size: int) -> list[Place]:
    """The places of some values of a field."""
    return [Place(number, field) for number in range(size)]


def bound(query: Compiled, *keys: Any) -> Compiled:
    """A compiled query with these values in its places; the last of them also in further places."""
    connection, now = connections[DEFAULT_DB_ALIAS], times.now()
    return replace(query, params=tuple(_bound(value, keys, now, connection) for value in query.params))


def _bound(value: Any, keys: Sequence[Any], now: datetime, connection: Any) -> Any:
    if isinstance(value, Place):
        return value.value(keys, connection)
    return value.at(now) if isinstance(value, Moment) else value


def compiled_by_key(rows: QuerySet[Any], size: int) -> ByKey:
    """`size` is one of SIZES."""
    return compiled_for(lambda keys: rows.order_by().filter(pk__in=keys), size, rows.model._meta.pk)


def compiled_for(rows_of: Callable[[list[Any]], QuerySet[Any]], size: int, key: Any) -> ByKey:
    """The rows for some values of the field `key`. For the present time `rows_of` uses `Moment()`."""
    few: Any = rows_of(places(key, size))
    compiler = few.query.get_compiler(DEFAULT_DB_ALIAS)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        sql, params = "", ()
    return ByKey(compiler, sql, tuple(params), few._prefetch_related_lookups)


def read_by_key(kept: Callable[[int], ByKey], keys: Iterable[Any]) -> list[Any]:
    """The rows with these keys, in no order, by the statement for each size."""
    return [row for size, some in in_sizes(keys) for row in kept(size).read(some)]


def in_sizes(keys: Iterable[Any]) -> Iterable[tuple[int, list[Any]]]:
    """Divides the keys into lists, each with the size of the statement that reads it."""
    listed, most = list(keys), SIZES[-1]
    for start in range(0, len(listed), most):
        some = listed[start : start + most]
        yield next(size for size in SIZES if size >= len(some)), some
