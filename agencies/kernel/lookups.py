"""Per-row subqueries for the rows shown."""

from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull


def id_if_among(rows: QuerySet[Any], column: str) -> Subquery:
    """Returns an annotation: the id named by `column` if it is among `rows`, else None.

    With EXISTS, PostgreSQL would first collect all of `rows` to look up fifty. It evaluates a scalar subquery per row.
    """
    return Subquery(rows.filter(pk=OuterRef(column)).values("pk")[:1])


def is_among(rows: QuerySet[Any], column: str) -> Q:
    """The condition that the id named by `column` is among `rows`, checked row by row as by `id_if_among`."""
    return Q(IsNull(id_if_among(rows.order_by(), column), False))
