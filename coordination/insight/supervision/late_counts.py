"""How many items are late now, by agency, kind and missing step: the rows of the reminder desk, grouped when asked.

Under filters an item counts if its matter has all their labels. As in the figures, nothing counts then that is kept
from the centre, and for an agency only what it owes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat

from agencies.kernel.actor import Actor
from agencies.kernel.work import Side
from agencies.organisations.models import Agency
from agencies.work.models import WorkItem
from coordination.exchange.reminders.late import CLOCK, kind_of, late_items, late_of, open_to_centre
from coordination.insight.metrics.models import Label, StoredMatter
from coordination.workspace.lateness import FREE, RETURNED

WEEK = timedelta(days=7)
NO_STEP = "   "


@dataclass(frozen=True)
class LateCount:
    """`number` items of one kind that an agency owes and that lack the same step; `fresh` of them became late within a
    week, `new` since a given time, `oldest` is when the first one did, `lost` for how long all of them are late
    together. The step is kind, state and mark of the open item and the rule of the duty, with a space between them.
    """

    agency: int
    resource: str
    step: str
    number: int
    fresh: int
    new: int
    oldest: datetime
    lost: timedelta


def count_late(
    actor: Actor,
    now: datetime,
    *,
    since: datetime | None = None,
    agency: int | None = None,
    labels: Mapping[str, str] | None = None,
) -> list[LateCount]:
    """`labels` are filters: dimension → value. What became late from `since` on is new, nothing without it."""
    fresh, new = (Q(late_since__gte=start) for start in (now - WEEK, since or now))
    late_for = ExpressionWrapper(Value(now, DateTimeField()) - F("late_since"), DurationField())
    first, *others = (
        rows.order_by()
        .annotate(missing=_step_of(rows))
        .values_list("debtor_id", "resource", "missing")
        .annotate(
            number=Count("pk"),
            fresh=Count("pk", filter=fresh),
            new=Count("pk", filter=new),
            oldest=Min("late_since"),
            lost=Sum(late_for),
        )
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
        lists = [rows.filter(_in_matters(rows, labels)) for rows in open_ones]
    return lists if agency is None else [rows.filter(debtor_id=agency) for rows in lists]


def agency_in(filters: Mapping[str, str]) -> int | None:
    """The id of the agency that figures are filtered by; None for all."""
    found = Agency.objects.agencies().with_code(filters["agency"]) if filters.get("agency") else None
    return found.pk if found else None


def labels_in(filters: Mapping[str, str]) -> dict[str, str]:
    """The other filters: labels of matters."""
    return {name: value for name, value in filters.items() if name != "agency"}


def matters_with(labels: Mapping[str, str]) -> QuerySet[StoredMatter]:
    """The cases and leads that have all these labels now."""
    having = StoredMatter.objects.all()
    for name, value in labels.items():
        sets = Label.objects.filter(dimension=name, value=value).values("label_set")
        having = having.filter(label_set__in=sets)
    return having


def _in_matters(rows: QuerySet[Any], labels: Mapping[str, str]) -> Q:
    """Items whose case, or else what they are about, has these labels. Two lists of ids, because PostgreSQL expects few
    of one and would read it again for each row."""
    case, matters = late_of(rows).case, matters_with(labels).values("matter")
    if not case:
        return Q(**{f"{_about(rows)}__in": matters})
    return Q(**{f"{case}__in": matters}) | Q(**{case: None, f"{_about(rows)}__in": matters})


def _about(rows: QuerySet[Any]) -> str:
    """The column with the object whose open item has the missing step."""
    return "subject_id" if kind_of(rows) == CLOCK else "pk"


def _step_of(rows: QuerySet[Any]) -> Any:
    """The missing step is that of the debtor's open item, and the rule of a period: "referral DELIVERED  TRF_REVIEW".

    A period without one has the rule alone: the handing over of goods after the filing, or the receipt of a notice that
    its issuer has to record. An item that waits for several agencies at once has its own step.
    """
    kind = kind_of(rows)
    items = WorkItem.objects.filter(side=Side.DOES, first=True, object_id=OuterRef(_about(rows)))
    if late_of(rows).waits_for_several:
        own = Concat(Value(f"{kind} "), "state", Value("  "), output_field=CharField())
        return Case(When(Exists(items), then=own), default=Value(NO_STEP))
    marks = (When(returned=True, then=Value(f" {RETURNED} ")), When(free=True, then=Value(f" {FREE} ")))
    step = Concat("kind", Value(" "), "state", Case(*marks, default=Value("  ")), output_field=CharField())
    of_debtor = Coalesce(
        Subquery(items.filter(agency_id=OuterRef("debtor_id")).values_list(step)[:1]),
        Value(NO_STEP),
        output_field=CharField(),
    )
    return Concat(of_debtor, "rule__code", output_field=CharField()) if kind == CLOCK else of_debtor
