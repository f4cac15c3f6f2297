"""How many items are late now, by agency, kind and missing step: the rows of the reminder desk, grouped when asked.

Under filters an item counts if its matter has all their labels. As in the figures, nothing counts then that is kept
from the centre, and for an agency only what it owes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat

from agencies.kernel.actor import Actor
from agencies.kernel.work import Side
from agencies.organisations.models import Agency
from agencies.work.models import WorkItem
from coordination.exchange.reminders.late import CLOCK, kind_of, late_items, late_of, open_to_centre
from coordination.insight.metrics.models import Seen
from coordination.workspace.lateness import FREE, RETURNED

WEEK = timedelta(days=7)
RULE = "rule"


@dataclass(frozen=True)
class LateCount:
    """`number` items of one kind that an agency owes and that lack the same step; `fresh` of them became late within a
    week, `oldest` is when the first one did. The step is kind, state and mark of the open item, or RULE and the rule of
    the duty, or "".
    """

    agency: int
    resource: str
    step: str
    number: int
    fresh: int
    oldest: datetime


def count_late(
    actor: Actor, now: datetime, *, agency: int | None = None, labels: Mapping[str, str] | None = None
) -> list[LateCount]:
    """`labels` are filters: dimension → value."""
    first, *others = (
        rows.order_by()
        .annotate(missing=_step_of(rows))
        .values_list("debtor_id", "resource", "missing")
        .annotate(number=Count("pk"), fresh=Count("pk", filter=Q(late_since__gte=now - WEEK)), oldest=Min("late_since"))
        for rows in late_rows(actor, now, agency=agency, labels=labels)
    )
    return [LateCount(*row) for row in first.union(*others, all=True)]


def late_rows(
    actor: Actor, now: datetime, *, agency: int | None = None, labels: Mapping[str, str] | None = None
) -> list[QuerySet[Any]]:
    """The late items under the filters, one list for each resource."""
    lists = late_items(actor, now)
    if labels:
        agency = agency if actor.is_centre else actor.own_agency
        open_ones = [open_to_centre(rows) if actor.is_centre else rows for rows in lists]
        lists = [with_labels(rows, _matter_of(rows), labels) for rows in open_ones]
    return lists if agency is None else [rows.filter(debtor_id=agency) for rows in lists]


def agency_in(filters: Mapping[str, str]) -> int | None:
    """The id of the agency that figures are filtered by; None for all."""
    found = Agency.objects.agencies().with_code(filters["agency"]) if filters.get("agency") else None
    return found.pk if found else None


def labels_in(filters: Mapping[str, str]) -> dict[str, str]:
    """The other filters: labels of matters."""
    return {name: value for name, value in filters.items() if name != "agency"}


def with_labels(rows: QuerySet[Any], matter: Any, labels: Mapping[str, str]) -> QuerySet[Any]:
    """Rows whose matter, the case or lead that this expression names, has all these labels now."""
    having = Seen.objects.all()
    for name, value in labels.items():
        having = having.filter(label_set__labels__dimension=name, label_set__labels__value=value)
    rows = rows.annotate(matter=matter)
    return rows.filter(matter__in=having.values("matter")) if labels else rows


def count_each(lists: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each list has, by its name, in one statement."""
    first, *others = (
        rows.order_by().values_list(Value(name, CharField())).annotate(number=Count("pk"))
        for name, rows in lists.items()
    )
    return dict.fromkeys(lists, 0) | dict(first.union(*others, all=True))


def _matter_of(rows: QuerySet[Any]) -> Any:
    """The case, or else what the item is about."""
    return Coalesce(F(f"{late_of(rows).case}_id"), _about(rows))


def _about(rows: QuerySet[Any]) -> str:
    """The column with the object whose open item has the missing step."""
    return "subject_id" if kind_of(rows) == CLOCK else "pk"


def _step_of(rows: QuerySet[Any]) -> Any:
    """The missing step is that of the debtor's open item, such as "referral DELIVERED ".

    A period without one names the rule of its duty: the handing over of goods after the filing, or the receipt of a
    notice that its issuer has to record. An item that waits for several agencies at once has its own step.
    """
    kind = kind_of(rows)
    items = WorkItem.objects.filter(side=Side.DOES, first=True, object_id=OuterRef(_about(rows)))
    nothing = Value("", CharField())
    if late_of(rows).waits_for_several:
        return Case(When(Exists(items), then=Concat(Value(f"{kind} "), "state", Value(" "))), default=nothing)
    mark = Case(When(returned=True, then=Value(RETURNED)), When(free=True, then=Value(FREE)), default=Value(""))
    step = Concat("kind", Value(" "), "state", Value(" "), mark, output_field=CharField())
    of_debtor = items.filter(agency_id=OuterRef("debtor_id")).values_list(step)[:1]
    otherwise = Concat(Value(f"{RULE} "), "rule__code", Value(" ")) if kind == CLOCK else nothing
    return Coalesce(Subquery(of_debtor), otherwise, output_field=CharField())
