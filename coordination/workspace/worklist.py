"""The worklist of home: what the reader does first, and everything that waits for them in a few groups.

`waiting.PARTS` divides the work, so the groups show the numbers of the queues. Responsible persons also have the group
of their decisions. One query reads the narrow rows of all work, which are divided and counted here; the objects of the
shown ones are read with one query for each noun.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Case as Choose
from django.db.models import F, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.buttons import READ_AND_DECIDE
from agencies.kernel.counting import (
    compiled,
    compiled_pairs,
    count_and_find,
    count_each,
    format_count,
)
from agencies.kernel.open_items import Line
from agencies.kernel.records import SOON
from agencies.kernel.resource import RESOURCES
from agencies.kernel.workflow import Button, Text
from agencies.work.reading import Reader
from cases.casefile.models import Case
from cases.casefile.open_items import offer_line

from . import approvals
from .queues import lines_of, things_of
from .waiting import FIRST, ORDER, PARTS, TOP, Item, OnDesk, kinds_with_periods, on_desk, work

SHOWN = 5  # lines of a group; the rest is in its queue
DECIDE, AWAITED = "decide", "awaited"
OFFERS = "offers of a lead"  # the name of a list that is counted with the work
ON_DESK = "queues"  # the page whose number is that of all work on the desk

Items = Mapping[str, list[Item]]


@dataclass(frozen=True)
class Group:
    """A heading with at most SHOWN lines, the number of all, and the address of the list with exactly these."""

    key: str
    title: Text
    lines: list[Line]
    count: int
    url: str

    @property
    def number(self) -> str:
        return format_count(self.count)


@dataclass(frozen=True)
class Worklist:
    """`first` are in their groups' numbers and not repeated among the lines. `awaited` waits for another agency or for
    the responsible person. `returning`: the first decision at the top that can be returned for revision."""

    first: list[Line]
    groups: list[Group]
    awaited: list[Line]
    apart: list[Line]
    returning: approvals.Returning | None = None

    @property
    def lines(self) -> list[Line]:
        return [*self.first, *(line for group in self.groups for line in group.lines), *self.apart]


def counted(reader: Reader) -> dict[str, QuerySet[Any]]:
    """The lists behind the number of "Work" that are counted by themselves, besides the approvals."""
    return {OFFERS: offers(reader.actor)} if reader.actor.leads(reader.actor.agency_id) else {}


def offers(actor: Actor) -> QuerySet[Case]:
    """Cases whose lead is offered to the agency of this unit lead or responsible person."""
    return Case.objects.visible_to(actor).open().filter(lead_offered_to=actor.agency_id)


def total(counts: Mapping[str, int]) -> int:
    """The number beside "Work": that of every group of home."""
    return sum(counts.get(name, 0) for name in (ON_DESK, OFFERS, "approvals"))


def worklist(actor: Actor) -> Worklist:
    """The worklist of this actor, counted and read by itself."""
    reader = Reader(actor, times.now())
    waiting = count_each({}, compiled_pairs(approvals.waiting_kinds(actor)))
    asked = {name: compiled(rows) for name, rows in counted(reader).items()}
    counts, found = count_and_find(asked, approvals.decidable_lists(actor, waiting))
    return read(reader, counts | {"approvals": sum(map(len, found.values()))}, on_desk(reader, TOP), found)


def _shown(reader: Reader, desk: OnDesk) -> Items:
    """The items of each group, of the top and of what the reader waits for, of which some are shown."""
    lists = {part: items[: SHOWN + FIRST] for part, items in desk.parts.items()} | {AWAITED: desk.awaited}
    if desk.is_whole:
        lists[TOP] = sorted(desk.items, key=partial(_by_consequence, reader.now + SOON, kinds_with_periods()))[:FIRST]
    else:
        lists[TOP] = list(desk.top) if len(desk.top) == FIRST else _first_of_all(reader)
    return lists


def _by_consequence(soon: datetime, timed: set[str], item: Item) -> tuple[Any, ...]:
    """Urgent before others, running periods before agreed dates, high priority first, then the nearest deadline."""
    return item.due_at > soon, item.kind not in timed, -item.priority, item.due_at, item.object_id


def _first_of_all(reader: Reader) -> list[Item]:
    """The top in the same order, for a desk with more work than is counted, little of which is urgent with a period."""
    urgent = Choose(
        When(Q(due_at__lte=reader.now + SOON), then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    timed = Choose(When(kind__in=kinds_with_periods(), then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = work(reader).alias(urgent=urgent, timed=timed)
    first = rows.order_by("urgent", "timed", F("priority").desc(), *ORDER)
    return [Item(*row) for row in first.values_list(*Item._fields)[:FIRST]]


def read(reader: Reader, counts: Mapping[str, int], desk: OnDesk, found: Mapping[str, Mapping[UUID, str]]) -> Worklist:
    """The worklist from the counts of the page, the items on the desk and the decisions that were `found`."""
    shown = _shown(reader, desk)
    lines = _lines(reader, shown)
    waiting = approvals.first_decisions(reader.actor, found, size=SHOWN + FIRST)
    decisions = [*map(_decision, waiting), *_offers(reader, counts)]
    top = [*decisions, *_of(shown[TOP], lines)][:FIRST]
    taken = {line.key for line in top}
    groups = [
        Group(key, title, _some(_of(shown[key], lines), taken), desk.counts[key], _url(key))
        for key, (title, _rows) in PARTS.items()
        if desk.counts[key]
    ]
    if number := counts.get("approvals", 0) + counts.get(OFFERS, 0):
        url = reverse("approvals") if reader.actor.responsible_for else reverse("cases")
        groups.insert(0, Group(DECIDE, _("Awaiting your decision"), _some(decisions, taken), number, url))
    decided = {line.key for line in decisions}
    waited = _of(shown[AWAITED], lines)
    apart = [line for line in _apart(reader, counts) if line.key not in decided]
    back = next(filter(None, (approvals.returning(one, reader.actor) for one in waiting[:FIRST])), None)
    return Worklist(top, groups, waited, apart, back)


def _some(lines: list[Line], taken: set[tuple[str, Any]]) -> list[Line]:
    return [line for line in lines if line.key not in taken][:SHOWN]


def _url(key: str) -> str:
    return f"{reverse('queues')}?queue={key}"


def _of(items: list[Item], lines: Mapping[UUID, Line]) -> list[Line]:
    return [lines[item.object_id] for item in items if item.object_id in lines]


def _lines(reader: Reader, shown: Items) -> dict[UUID, Line]:
    items = {item.object_id: item for some in shown.values() for item in some}
    things = things_of(items.values(), reader)
    return {thing.pk: line for thing, line in zip(things, lines_of(things, reader.actor, reader.now), strict=True)}


def _offers(reader: Reader, counts: Mapping[str, int]) -> list[Line]:
    """The leads of cases offered to the agency of this person."""
    cases = offers(reader.actor).select_related("lead").order_by("pk")[:SHOWN] if counts.get(OFFERS) else []
    return [offer_line(case) for case in cases]


def _decision(one: approvals.Approval) -> Line:
    person = one.prepared_by
    url = reverse("approvals") + one.query
    return Line(
        key=(one.kind.registered.kind, one.pk),
        what=one.title,
        note=str(one.words),
        url=url,
        waits=None,
        why=gettext("Prepared by %(name)s.") % {"name": person.name} if person else "",
        due_at=one.due_at,
        breach_at=one.breach_at,
        offer=lambda: Button("decide", READ_AND_DECIDE, url),
        case=getattr(one.thing, "named_case", None) or "",
    )


def _apart(reader: Reader, counts: Mapping[str, int]) -> list[Line]:
    declared = [one for one in RESOURCES.values() if one.open_items and one.open_items.apart]
    return [
        line
        for one in declared
        if one.open_items and one.open_items.apart and (one.counter is None or counts.get(one.counter.page, 1))
        for line in one.open_items.apart(reader)
    ]
