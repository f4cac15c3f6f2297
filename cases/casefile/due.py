"""When a case is due for one reader: the nearest duty of any agency on it, or open item at the reader's agency."""

from collections.abc import Sequence

from django.db.models import DateTimeField, Min, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Least

from agencies.kernel.actor import Actor
from agencies.kernel.filtering import NEVER
from agencies.work.models import WorkItem

from .models import Case

COLUMNS = ("due_at", "breach_at")


def nearest(column: str, actor: Actor) -> Least:
    """The nearest `due_at` or `breach_at` of a case, for a query of cases; the year 9999 for none.

    The case itself stores that of the periods which every reader knows; work items have the others.
    """
    rows = WorkItem.objects.known_on_cases(actor).filter(case_id=OuterRef("pk")).order_by()
    first = rows.values("case_id").annotate(first=Min(column)).values("first")
    never = Value(NEVER, output_field=DateTimeField())
    return Least(Coalesce(column, never), Coalesce(Subquery(first), never))


def with_nearest(rows: QuerySet[Case], actor: Actor) -> QuerySet[Case]:
    return rows.annotate(**{f"nearest_{column}": nearest(column, actor) for column in COLUMNS})


def set_nearest(cases: Sequence[Case]) -> Sequence[Case]:
    """Gives the cases the due times that their reader knows."""
    for case in cases:
        for column in COLUMNS:
            found = getattr(case, f"nearest_{column}")
            setattr(case, column, None if found == NEVER else found)
    return cases
