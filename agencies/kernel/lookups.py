"""Asking something beside each row that is shown, and of no other."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery


def id_if_among(rows: QuerySet[Any], column: str) -> Subquery:
    """For an annotation: the id of the row among these that `column` names, None where it is not among them.

    As a condition with EXISTS, PostgreSQL would first gather all of `rows` to look fifty up; a value it asks for.
    """
    return Subquery(rows.filter(pk=OuterRef(column)).values("pk")[:1])
