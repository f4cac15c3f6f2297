"""Bulk loading: COPY on PostgreSQL, plain inserts on SQLite."""

import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import connection, models

from agencies.kernel.work import atomic

NULL = "\\N"


class Shape:
    """A table and the columns that the seed fills; other columns have their model's default.

    `row(*values)` gives a line of COPY's text format. Values contain no tab, newline or backslash, so nothing is
    escaped.
    """

    def __init__(self, model: type[models.Model], *names: str) -> None:
        self.model, self.names = model, names
        self.fields = [
            field
            for field in model._meta.concrete_fields
            if field.attname in names or not (field.primary_key and isinstance(field, models.AutoField))
        ]
        unknown = set(names) - {field.attname for field in self.fields}
        if unknown:
            raise ValueError(f"{model.__name__} has no {sorted(unknown)}")
        order = {name: position for position, name in enumerate(names)}
        parts = [f"{{{order[field.attname]}}}" if field.attname in order else _default(field) for field in self.fields]
        self.row: Callable[..., str] = "\t".join(parts).format


def _default(field: Any) -> str:
    """Default value of the column as text. Raises for a column without default."""
    if field.null and not field.has_default():
        return NULL
    if not field.has_default() and not (field.empty_strings_allowed and field.blank):
        raise ValueError(f"{field.model.__name__}.{field.attname} must be filled")
    value = field.get_default()
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    text = json.dumps(value) if isinstance(value, dict | list) else str(value)
    return text.replace("{", "{{").replace("}", "}}")  # braces are the template's own


def text_of(value: Any) -> str:
    """A value that was read, as a line holds it."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    return value.isoformat() if isinstance(value, date) else str(value)


class Loader:
    """Collects lines by table and sends them in the order in which tables were first named."""

    def __init__(self) -> None:
        self.lines: defaultdict[Shape, list[str]] = defaultdict(list)
        self.sent = 0

    def add(self, shape: Shape, line: str) -> None:
        self.lines[shape].append(line)

    def flush(self) -> None:
        for shape in self.lines:
            self._send(shape)

    def _send(self, shape: Shape) -> None:
        lines, self.lines[shape] = self.lines[shape], []
        self.sent += len(lines)
        if lines:
            (_copy if connection.vendor == "postgresql" else _insert)(shape, lines)


def _names(shape: Shape) -> tuple[str, str]:
    quote = connection.ops.quote_name
    return quote(shape.model._meta.db_table), ", ".join(quote(str(field.column)) for field in shape.fields)


def _copy(shape: Shape, lines: list[str]) -> None:
    table, columns = _names(shape)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        copy.write("\n".join(lines) + "\n")


def _insert(shape: Shape, lines: list[str]) -> None:
    """SQLite has its own forms of ids and times, which the fields know."""
    table, columns = _names(shape)
    marks = ", ".join(["%s"] * len(shape.fields))
    rows = [
        [_adapted(field, value) for field, value in zip(shape.fields, line.split("\t"), strict=True)] for line in lines
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608 - our own names


def _adapted(field: Any, value: str) -> Any:
    if value == NULL:
        return None
    if isinstance(field, models.JSONField):
        return value
    if isinstance(field, models.BooleanField):
        return value == "t"
    target = field.target_field if field.is_relation else field
    return target.get_db_prep_save(target.to_python(value), connection)


def fast_session() -> None:
    """Disables foreign keys and triggers of this connection; commits do not wait for the disk."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET synchronous_commit = off")


@contextmanager
def unchecked() -> Iterator[None]:
    """Loads in one transaction: on PostgreSQL without foreign keys and triggers, on SQLite with foreign keys checked at
    its end."""
    with atomic():
        if connection.vendor == "postgresql":
            fast_session()
        yield
        _checked_again()


def _checked_again() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = origin")


@contextmanager
def bare_tables(shapes: Iterable[Shape]) -> Iterator[None]:
    """On PostgreSQL, drops unconstrained indexes and foreign-key checks while loading.

    Restores them at the end, also after an error. SQLite loads without changes.
    """
    if connection.vendor != "postgresql":
        with atomic():
            yield
        return
    tables = sorted({shape.model._meta.db_table for shape in shapes})
    fast_session()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indexname, i.indexdef FROM pg_indexes i JOIN pg_class c ON c.relname = i.indexname"
            " JOIN pg_index x ON x.indexrelid = c.oid WHERE i.tablename = ANY(%s) AND NOT x.indisunique",
            [tables],
        )
        dropped = cursor.fetchall()
        for name, _definition in dropped:
            cursor.execute(f'DROP INDEX "{name}"')
    try:
        yield
    finally:
        _checked_again()
        _side_by_side([definition for _name, definition in dropped])


def _side_by_side(statements: Iterable[str]) -> None:
    """Runs statements on one connection for each core; within a transaction on its own, because others would wait for
    it."""
    if connection.in_atomic_block:
        connection.check_constraints()  # a table with foreign keys still to be checked gets no index
        for statement in statements:
            _execute(statement)
        return
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _done in pool.map(_execute_and_close, statements):
            pass  # re-raises the error of a statement


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute(statement)


def _execute_and_close(statement: str) -> None:
    try:
        _execute(statement)
    finally:
        connection.close()


def next_id(model: type[models.Model]) -> int:
    """The first free id of a table whose rows other seeded rows refer to."""
    return int(model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0) + 1


def keep_sequences(*used: type[models.Model]) -> None:
    """Sets sequences behind explicitly assigned ids."""
    if connection.vendor != "postgresql":
        return  # AUTOINCREMENT looks at the table itself
    with connection.cursor() as cursor:
        for model in used:
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM \"{table}\"))"  # noqa: S608
            )
