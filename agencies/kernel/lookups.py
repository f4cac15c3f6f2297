"""Per-row subqueries for the rows shown."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BooleanField, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull


def id_if_among(rows: QuerySet[Any], column: str) -> Subquery:
    """Returns an annotation: the id named by `column` if it is among `rows`, else None.

    With EXISTS, PostgreSQL would first collect all of `rows` to look up fifty. It evaluates a scalar subquery per row.
    """
    return Subquery(rows.filter(pk=OuterRef(column)).values("pk")[:1])


def is_among(rows: QuerySet[Any], column: str) -> Q:
    """The condition that the id named by `column` is among `rows`, checked row by row as by `id_if_among`."""
    return Q(IsNull(id_if_among(rows.order_by(), column), False))


# PostgreSQL does not know that a statement returns few ids, and would read the whole table to compare it with them. It
# expects ten elements of an array and looks each up by an index.
ARRAY, LIST = "%(expressions)s = ANY(ARRAY(%(ids)s))", "%(expressions)s IN (%(ids)s)"


def among_few(column: str, ids: str) -> str:
    """The condition, in SQL, that a column is among the ids of a statement that returns few."""
    form = ARRAY if connections[DEFAULT_DB_ALIAS].vendor == "postgresql" else LIST
    return form % {"expressions": column, "ids": ids}


class IsAmongFew(Func):
    """`among_few` for a queryset. `ids` is a constant of the caller."""

    template = ARRAY
    output_field = BooleanField()

    def __init__(self, column: str, ids: str) -> None:
        super().__init__(column, ids=ids)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template=LIST, **context)
