"""Statements of every transition, compiled once for each connection: Django takes longer to compile the reading or the
writing of one row than the database to execute it.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.sql import InsertQuery
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row", bound=models.Model)


def _kept(connection: Any, key: tuple[Any, ...], compiled: Callable[[], Any]) -> Any:
    """What was compiled for this connection; converters of values belong to it."""
    statements: dict[tuple[Any, ...], Any] = vars(connection).setdefault("prepared", {})
    if key not in statements:
        statements[key] = compiled()
    return statements[key]


def get_locked(model: type[Row], **where: Any) -> Row:
    """Returns the row with these values of columns as it is now, locked until the end of the transaction.

    Rows that only refer to it need not wait. Raises DoesNotExist. The columns must identify a row.
    """
    connection: Any = connections[DEFAULT_DB_ALIAS]
    if not connection.in_atomic_block:
        raise TransactionManagementError("a row is locked in a transaction")
    names = sorted(where)  # as Django orders conditions

    def compiled() -> tuple[str, Any, Any, list[str]]:
        rows = model._base_manager.select_for_update(no_key=True).filter(**where)
        compiler = rows.query.get_compiler(connection=connection)
        sql, _params = compiler.as_sql()
        columns = [column for column, _sql, _alias in compiler.select]
        return sql, compiler, compiler.get_converters(columns), [column.target.attname for column in columns]

    sql, compiler, converters, columns = _kept(connection, (get_locked, model, *names), compiled)
    fields: list[Any] = [model._meta.pk if name == "pk" else model._meta.get_field(name) for name in names]
    values = [field.get_db_prep_value(where[name], connection) for field, name in zip(fields, names, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
    if row is None:
        raise model.DoesNotExist(f"no {model._meta.label} has these values")  # type: ignore[attr-defined]  # of models
    found: Row = model.from_db(DEFAULT_DB_ALIAS, columns, next(compiler.apply_converters([row], converters)))
    return found


def insert(row: models.Model) -> None:
    """Inserts a new row, as `save(force_insert=True)` without signals."""
    connection: Any = connections[DEFAULT_DB_ALIAS]
    model, meta = type(row), row._meta
    fields: list[Any] = [field for field in meta.concrete_fields if field is not meta.auto_field or row.pk is not None]

    def compiled() -> tuple[str, Any]:
        query = InsertQuery(model)
        query.insert_values(fields, [row])
        compiler = query.get_compiler(connection=connection)
        compiler.returning_fields = returned
        [(sql, _params)] = compiler.as_sql()
        return sql, compiler.returning_params

    returned: list[Any] = [] if meta.auto_field in fields or meta.auto_field is None else [meta.auto_field]
    sql, returning = _kept(connection, (insert, model, len(fields)), compiled)
    with connection.cursor() as cursor:
        cursor.execute(sql, [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields])
        if returned:
            (row.pk,) = connection.ops.fetch_returned_insert_columns(cursor, returning)
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
