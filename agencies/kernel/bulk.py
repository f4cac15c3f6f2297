"""Inserts rows derived from other rows in a single statement."""

from collections.abc import Sequence
from typing import Any

from django.db import connections, models


def insert_from(model: type[models.Model], columns: Sequence[str], rows: models.QuerySet[Any, Any]) -> int:
    """Runs `INSERT … SELECT`. `rows` yields one value per column, in order. Existing rows are left unchanged.

    Returns the number of inserted rows. Both databases accept the same statement; Django has no expression for it.
    """
    connection = connections[rows.db]
    quote = connection.ops.quote_name
    select, params = rows.query.sql_with_params()
    fields: list[Any] = [model._meta.get_field(name) for name in columns]
    names = ", ".join(quote(field.column) for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(model._meta.db_table)} ({names}) {select} ON CONFLICT DO NOTHING",
            params,
        )
        return int(cursor.rowcount)
