"""Queues (队列): the open items of an agency, of all resources, one page for each queue.

Work items determine what is in a queue. Each row shown is read from its object, through the same `visible_to` as
everywhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, ExpressionWrapper, F, QuerySet, Value
from django.db.models.functions import Coalesce, ExtractDay, ExtractHour, ExtractMonth, ExtractYear
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.facets import FacetChoice
from agencies.kernel.filtering import NEVER
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.kernel.paging import PAGE_SIZE, Page, merged_page, page_of
from agencies.kernel.resource import RESOURCE_OF_KIND, RESOURCES, resource_of
from agencies.people.naming import names_only
from agencies.work.models import WorkItem, WorkItemQuerySet
from agencies.work.reading import DeskReader
from cases.casefile.naming import case_named
from coordination.automation.routing.models import priority_column
from coordination.automation.routing.placement import placements
from coordination.lists.bulk_actions import pick_of

from . import lateness, waiting
from .queue_filters import QueueFilter
from .waiting import QUEUES

SORTS = {"due": "due_order", "priority": "urgency_order"}
MORE_THAN_HOURS = (
    10**8
)  # hours until the end of the calendar are fewer; three times the number still fits in four bytes


def parse_moment(text: str) -> datetime | None:
    """A time with its offset, as our pages write it; None for anything else."""
    try:
        found = parse_datetime(text[:40])
        return found.astimezone(UTC) if found and found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def queue_asked_for(params: Any) -> str:
    key: str = params.get("queue") or "work"
    if key not in QUEUES:
        raise Invalid.field("queue", "choice", gettext("Choose one of: %(names)s.") % {"names": ", ".join(QUEUES)})
    return key


def filters_at(params: Any, reader: DeskReader) -> QueueFilter:
    """The queue at this address with its filters, unchecked. Raises Invalid for an unknown queue."""
    asked = params.copy()
    asked["queue"] = queue_asked_for(params)
    return QueueFilter(asked, WorkItem.objects.visible_to(reader.actor), actor=reader.actor)


def filters_of(params: Any, reader: DeskReader) -> QueueFilter:
    """The queue at this address with its filters. Raises Invalid for a bad value."""
    filters = filters_at(params, reader)
    filters.qs  # noqa: B018  # asked for what it raises
    return filters


def sort_of(params: Any) -> str:
    sort: str = params.get("sort") or "due"
    if sort not in SORTS:
        raise Invalid.field("sort", "choice", gettext("Sort by one of: %(names)s.") % {"names": ", ".join(SORTS)})
    return sort


def queue_page(reader: DeskReader, params: Any, *, about: Any = None, size: int = PAGE_SIZE) -> Page:
    """One page of lines, nearest deadline first; with `sort=priority` most urgent first. With a case `about`, all open
    items on it."""
    sort, actor = sort_of(params), reader.actor
    shown = _open_on(about, reader, sort, params, size) if about else _of_queue(reader, sort, params, size)
    placed = placements(shown.items, actor.agency_id)
    lines = lines_of(shown.items, actor, reader.now)
    # Routing is looked up by the row itself: the line of a referral's step is that of the referral.
    return shown.of(
        [
            replace(line, routing=placed.get(row.pk), pick="" if about else pick_of(row))
            for row, line in zip(shown.items, lines, strict=True)
        ]
    )


def _of_queue(reader: DeskReader, sort: str, params: Any, size: int) -> Page:
    """Work items give the order; the objects are read through `visible_to`."""
    column = SORTS[sort]
    rows = filters_of(params, reader).qs.annotate(due_order=F("due_at"))
    if sort == "priority":
        rows = rows.annotate(urgency_order=_urgency(4 - F("priority")))
    place = {"after": params.get("after") or ""}
    page = page_of(rows, place, sorts={column: column}, default=column, size=size, tie="object_id")
    return replace(page.of(things_of(page.items, reader)), previous="")


def things_of(rows: Iterable[Any], reader: DeskReader) -> list[Any]:
    """The visible objects of these rows in the same order, with what their lines need: one query for each kind."""
    listed = list(rows)
    ids: dict[str, set[UUID]] = {}
    for row in listed:
        ids.setdefault(row.kind, set()).add(row.object_id)
    found: dict[UUID, Any] = {}
    for kind, some in ids.items():
        items = items_of(kind)
        seen = with_case_names(visible(kind, reader.actor).filter(pk__in=some), reader.actor, items)
        things = names_only(items.fetched(seen).select_related(*items.related), items.related)
        found |= {thing.pk: thing for thing in things}
    return [found[row.object_id] for row in listed if row.object_id in found]


def visible(kind: str, actor: Actor) -> QuerySet[Any]:
    """The objects of a kind that the actor sees."""
    model: Any = RESOURCE_OF_KIND[kind].model
    seen: QuerySet[Any] = model.objects.visible_to(actor)
    return seen


def with_case_names(rows: Any, actor: Actor, items: OpenItems | None) -> Any:
    """The name of the case with each row, for kinds whose lines name it; see `lines_of`."""
    if not (items and items.shows_case):
        return rows
    return rows.annotate(named_case=case_named(actor, f"{items.case or 'case'}_id"))


def things_in(rows: WorkItemQuerySet, actor: Actor) -> dict[str, QuerySet[Any]]:
    """The visible objects with such a row, by kind, as querysets that can be filtered further."""
    found: dict[str, QuerySet[Any]] = {}
    for kind in sorted(set(rows.order_by().values_list("kind", flat=True).distinct())):
        model: Any = RESOURCE_OF_KIND[kind].model
        found[kind] = model.objects.visible_to(actor).filter(pk__in=rows.filter(kind=kind).values("object_id"))
    return found


def _urgency(rank: Any) -> Any:
    """One sort key: more urgent first, then the nearest hour."""
    day = (ExtractYear("due_order") * 12 + ExtractMonth("due_order")) * 31 + ExtractDay("due_order")
    hour = day * 24 + ExtractHour("due_order")
    return ExpressionWrapper(rank * MORE_THAN_HOURS + hour, BigIntegerField())


def _open_on(case: Any, reader: DeskReader, sort: str, params: Any, size: int) -> Page:
    """Open items of every agency on this case, as far as the reader sees them."""
    ordered = []
    for resource in RESOURCES.values():
        if (items := resource.open_items) and items.case:
            rows: Any = visible(resource.kind, reader.actor)
            found = rows.open().filter(**{items.case: case}).select_related(*items.related)
            ordered.append(_in_order(found, reader.actor, sort))
    return merged_page(ordered, params, column=SORTS[sort], size=size)


def _in_order(rows: Any, actor: Actor, sort: str) -> Any:
    """Annotates `due_order`, and `urgency_order` for the sort by priority."""
    has_due_time = any(column.name == "due_at" for column in rows.model._meta.concrete_fields)
    ordered = rows.annotate(due_order=Coalesce("due_at", Value(NEVER)) if has_due_time else Value(NEVER))
    if sort != "priority":
        return ordered
    return ordered.annotate(urgency_order=_urgency(4 - priority_column(actor.agency_id)))


def counts(actor: Actor) -> dict[str, int]:
    """The number of items in each queue."""
    return waiting.counts(DeskReader(actor, times.now()))


def choices(number: Mapping[str, int], chosen: str = "", of: Iterable[str] = tuple(QUEUES)) -> list[FacetChoice]:
    """Each of these queues with its count."""
    address = reverse("queues")
    return [
        FacetChoice(str(title), f"{address}?queue={key}", number[key], active=key == chosen, value=key)
        for key, (title, _rows) in QUEUES.items()
        if key in of
    ]


def lines_of(rows: Iterable[Any], actor: Actor, now: datetime) -> list[WorklistLine]:
    by_kind: dict[str, list[Any]] = {}
    listed = list(rows)
    for row in listed:
        by_kind.setdefault(resource_of(row).kind, []).append(row)
    for kind, some in by_kind.items():
        items_of(kind).prepare(some, actor)
    return with_causes([line_of(row, actor, now) for row in listed], actor, now)


def with_causes(lines: list[WorklistLine], actor: Actor, now: datetime) -> list[WorklistLine]:
    """The lines, with why the late ones are late."""
    why = lateness.causes([line.key for line in lines if is_late(line, now)], actor, now)
    return [
        replace(line, because=why[line.key].words, reminder=why[line.key].item) if line.key in why else line
        for line in lines
    ]


def is_late(line: WorklistLine, now: datetime) -> bool:
    """Only a duty is late; other periods lapse or expire."""
    return line.kind == "duty" and line.breach_at is not None and line.breach_at < now


def line_of(row: Any, actor: Actor, now: datetime) -> WorklistLine:
    """With the case, if its name was read with the row."""
    line = items_of(resource_of(row).kind).line(row, actor, now)
    return replace(line, case=row.named_case or "") if hasattr(row, "named_case") else line


def items_of(kind: str) -> OpenItems:
    """What the noun declares about its open items."""
    declared = RESOURCE_OF_KIND[kind].open_items
    if declared is None:
        raise LookupError(f"the workspace does not show a {kind}")
    return declared
