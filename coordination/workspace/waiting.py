"""Queries over work items for a reader: the queues, and the counters of every page.

A row gives the object and the agency. What is shown is read from the object, through `visible_to` of its resource, so
a row can only narrow what a reader sees.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache, partial, reduce
from operator import or_
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.counting import (
    COUNTED,
    Compiled,
    Moment,
    compiled,
    compiled_first,
    numbered,
    rows_of_each,
    unless_more,
)
from agencies.kernel.paging import PAGE_SIZE
from agencies.kernel.records import SOON
from agencies.kernel.resource import RESOURCES
from agencies.kernel.work import NEVER, Decides, Side
from agencies.kernel.workflow import Text
from agencies.work.models import Ranges, WorkItem, WorkItemQuerySet
from agencies.work.reading import Reader
from coordination.automation.routing.models import Priority
from coordination.workspace.form_drafts.models import LastLook

# Before the first record: for a person who never marked a queue as seen, everything is new.
NEVER_YET = datetime(1, 1, 2, tzinfo=UTC)
OF_CASES = ("referral", "task", "proceeding", "instruction")  # counted as work in cases that the agency leads
HELD_BY_SEVERAL = ("referral", "conference", "case")
AWAITED_SHOWN = 5  # on home
TOP = "top"  # asked for instead of a queue: what comes first by consequence
FIRST = 3  # matters at the top
ORDER = ("due_at", "object_id")  # of queues
COME_BACK = ("referral", "task", "instruction", "opinion")  # new to all people of the agency when they are returned


def _mine(reader: Reader) -> WorkItemQuerySet:
    """Items of this person; for a unit lead also those whose next step is a lead's."""
    if reader.me is None:
        return reader.does.none()
    if not reader.actor.leads(reader.actor.agency_id):
        return reader.does.of_person(reader.me)
    return reader.does.filter(Q(person_id=reader.me) | Q(decides=Decides.LEAD, first=True))


def _new(reader: Reader) -> Ranges:
    """Items assigned to the reader, to their unit or to no one, on which another person acted since the last visit."""
    found = before_me(reader)
    last = LastLook.objects.visible_to(reader.actor).values("at")[:1]
    return replace(found, rows=found.rows.acted_on_since(Coalesce(Subquery(last), Value(NEVER_YET)), reader.actor.id))


def before_me(reader: Reader) -> Ranges:
    """Items that concern this person: their own, their unit's, unclaimed and returned ones."""
    found = reader.does.exclude(kind="reminder")
    if reader.me is None:
        return Ranges(found.filter(first=True), _once(reader))
    # Two people may handle a referral; it is then counted by the row of the reader.
    own = WorkItem.objects.of_agency(reader.actor.agency_id).filter(
        object_id=OuterRef("object_id"), person_id=reader.me
    )
    mine, others = Q(person_id=reader.me), ~Q(kind="referral") | ~Exists(own.filter(first=False))
    return Ranges(found.filter(mine | Q(first=True) & others), _with_few(_once(reader), mine))


def _once(reader: Reader) -> list[Q]:
    """What waits for each officer of the agency. The last condition is that of few rows."""
    few = Q(returned=True, kind__in=COME_BACK) | Q(kind="task", unit_id__in=reader.actor.units)
    return [Q(free=True), few]


def work(reader: Reader) -> WorkItemQuerySet:
    """Everything that waits for this person, each matter once; `PARTS` divides it.

    For officers what `before_me` contains and reminders; for unit leads also what waits for a lead, and all that is
    late or due within a day at the agency; for responsible persons what is late at the agency and what only they can
    settle. Their decisions are on the approvals page, and are counted there.
    """
    return _steps(reader).whole | _periods(reader)


def _steps(reader: Reader) -> Ranges:
    """The part of `work` in which the agency takes the next step."""
    found = _own_or(reader, Side.DOES, _once(reader), ~_also_own(reader))
    rows = found.rows.exclude(kind="conference", due_at__lt=reader.now).exclude(_step_of_a_referral(reader))
    return replace(found, rows=rows)


def _periods(reader: Reader) -> WorkItemQuerySet:
    """The legal periods in `work`: those that are near and do not end with their proceeding, which is shown itself."""
    same = WorkItem.objects.of_agency(reader.actor.agency_id).filter(
        kind="proceeding", object_id=OuterRef("matter_id"), due_at=OuterRef("due_at")
    )
    near = _own_or(reader, Side.PERIOD, [Q(free=True)]).whole.filter(due_at__lte=reader.now + SOON)
    return near.exclude(Exists(same))


def _own_or(reader: Reader, side: Side, once: list[Q], others: Q | None = None) -> Ranges:
    """The reader's own items, and those that wait for their role: `once` for officers and leads."""
    rows = reader.seen(WorkItem.objects.of_agency(reader.actor.own_agency, side)).exclude(decides=Decides.HEAD)
    own = Q(person_id=reader.me) if reader.me else Q(pk__in=[])
    return Ranges(rows.filter(own | Q(first=True) & (others or Q())), _with_few(_of_role(reader, once), own))


def _with_few(conditions: list[Q], also: Q) -> list[Q]:
    """The conditions, the last one or `also`: PostgreSQL takes longer to plan each condition more."""
    *many, few = conditions
    return [*many, few | also]


def _of_role(reader: Reader, once: list[Q]) -> list[Q]:
    """What waits for the role. The last condition is that of few rows."""
    actor = reader.actor
    if actor.responsible_for:
        settled = [
            Q(kind=resource.kind, state__in=resource.open_items.settled_by_office)
            for resource in RESOURCES.values()
            if resource.open_items and resource.open_items.settled_by_office
        ]
        return [Q(breach_at__lt=reader.now), reduce(or_, settled, Q(pk__in=[]))]
    if actor.leads(actor.agency_id):
        return [Q(due_at__lte=reader.now + SOON), *_with_few(once, Q(decides=Decides.LEAD))]
    return once


def _also_own(reader: Reader) -> Q:
    """Objects that several people handle, of which the reader is counted with their own row."""
    if reader.me is None:
        return Q(pk__in=[])
    own = WorkItem.objects.of_agency(reader.actor.agency_id).filter(
        object_id=OuterRef("object_id"), person_id=reader.me, first=False
    )
    return Q(kind__in=HELD_BY_SEVERAL) & Q(Exists(own))


def _step_of_a_referral(reader: Reader) -> Q:
    """The task of a step, while its referral is shown itself."""
    referral = WorkItem.objects.of_agency(reader.actor.agency_id).filter(
        kind="referral", object_id=OuterRef("matter_id")
    )
    if not reader.actor.leads(reader.actor.agency_id):
        referral = referral.filter(Q(free=True) | Q(person_id=reader.me))
    return Q(kind="task", matter_id__isnull=False) & Q(Exists(referral))


def awaited(reader: Reader) -> Ranges:
    """What another agency has to do for the reader's, and own matters that wait for the responsible person."""
    either = [Q(side=Side.AWAITS) & ~_of_requested_step()]
    if reader.me and not reader.actor.responsible_for:
        either.append(Q(side=Side.DOES, decides=Decides.HEAD, person_id=reader.me))
    return Ranges(reader.seen(WorkItem.objects.filter(agency_id=reader.actor.own_agency)), either, overlap=False)


def _of_requested_step() -> Q:
    """A task of a step of a referral, which is awaited itself."""
    return Q(kind="task", matter_id__isnull=False)


def _late_work(rows: WorkItemQuerySet, now: Any) -> WorkItemQuerySet:
    return rows.overdue(now)


def _soon_work(rows: WorkItemQuerySet, now: Any) -> WorkItemQuerySet:
    return rows.soon(now, now + SOON).whole


def _returned_work(rows: WorkItemQuerySet, now: Any) -> WorkItemQuerySet:
    return rows.filter(due_at__gt=now + SOON, returned=True)


def _undated_work(rows: WorkItemQuerySet, now: Any) -> WorkItemQuerySet:
    """What another person or agency asked for without a date, which is not to wait behind every date."""
    return rows.filter(due_at=NEVER, returned=False, other_id__isnull=False)


def _later_work(rows: WorkItemQuerySet, now: Any) -> WorkItemQuerySet:
    return rows.filter(Q(due_at__lt=NEVER) | Q(other_id=None), due_at__gt=now + SOON, returned=False)


def _unit(reader: Reader) -> WorkItemQuerySet:
    """Items requested from the unit, or else sent there by the routing rules of the agency."""
    return reader.open.filter(unit_id__in=reader.actor.units)


def _unclaimed(reader: Reader) -> WorkItemQuerySet:
    return reader.open.filter(free=True)


def _overdue(reader: Reader) -> WorkItemQuerySet:
    return reader.open.filter(breach_at__lt=reader.now)


def _soon(reader: Reader) -> Ranges:
    """Due within a day and not late; without invitations to conferences that have begun."""
    return reader.open.exclude(kind="conference", due_at__lt=reader.now).soon(reader.now, reader.now + SOON)


def _returned(reader: Reader) -> WorkItemQuerySet:
    return reader.open.filter(returned=True)


def _led(reader: Reader) -> WorkItemQuerySet:
    return reader.open.filter(led=True, kind__in=OF_CASES)


def _elsewhere(reader: Reader) -> WorkItemQuerySet:
    """Items that the agency sent or requested, and on which another agency has to act."""
    return reader.seen(WorkItem.objects.of_agency(reader.actor.agency_id, Side.AWAITS))


def _of_parties(reader: Reader) -> WorkItemQuerySet:
    """Periods in which a party may make a statement or must pay. A right ends by itself when its day has passed."""
    return reader.seen(WorkItem.objects.of_agency(reader.actor.agency_id, Side.PARTY).filter(breach_at__gte=reader.now))


def _part_of_work(part: str, reader: Reader) -> WorkItemQuerySet:
    return PARTS[part][1](work(reader), reader.now)


# Every item of `work` is in exactly one of these, so that their numbers add up.
PARTS: dict[str, tuple[Text, Callable[[WorkItemQuerySet, Any], WorkItemQuerySet]]] = {
    "work_late": (_("Late"), _late_work),
    "work_soon": (_("Due within 24 hours"), _soon_work),
    "work_returned": (_("Returned to you"), _returned_work),
    "work_undated": (_("Requests without a date"), _undated_work),
    "work_later": (_("Later"), _later_work),
}
QUEUES: dict[str, tuple[Text, Callable[[Reader], WorkItemQuerySet | Ranges]]] = {
    "work": (_("All your work"), work),
    **{key: (title, partial(_part_of_work, key)) for key, (title, _part) in PARTS.items()},
    "mine": (_("On my desk"), _mine),
    "new": (_("New since my last visit"), _new),
    "unit": (_("My unit"), _unit),
    "unclaimed": (_("Unclaimed"), _unclaimed),
    "overdue": (_("Late"), _overdue),
    "soon": (_("Due within 24 hours"), _soon),
    "returned": (_("Returned to us"), _returned),
    "led": (_("In cases we lead"), _led),
    "elsewhere": (_("Waiting for another agency"), _elsewhere),
    "awaited": (_("Expected from others"), awaited),
    "party": (_("Waiting for the party"), _of_parties),
}


WITHOUT_PERIODS = ("work_returned", "work_undated", "work_later")  # no period is later than soon
OF_THE_PERSON = ("work", *PARTS)  # queues of their own work
URGENT = ("raised", "usual")  # lists of urgent work by law


def queue(key: str, reader: Reader) -> WorkItemQuerySet:
    found = QUEUES[key][1](reader)
    return found.whole if isinstance(found, Ranges) else found


def to_count(key: str, reader: Reader) -> list[WorkItemQuerySet | Compiled]:
    """The queue as lists without a row in common, to be counted."""
    found = QUEUES[key][1](reader)
    return found.to_count if isinstance(found, Ranges) else [found]


# What waits for one person, read once for a page ----------------------------------------------------------------------
class Item(NamedTuple):
    """The columns of a work item by which it is divided and ordered."""

    kind: str
    object_id: UUID
    due_at: datetime
    breach_at: datetime
    returned: bool
    priority: int
    other_id: int | None


@dataclass(frozen=True)
class OnDesk:
    """The items of `work` by part, nearest deadline first, with their numbers up to the limit of counting; the first of
    what the person waits for, and of another queue that was asked for. `is_whole`: the parts hold all, otherwise the
    first of each; then `top` has the first urgent work by law, if the `TOP` was asked for.
    """

    parts: Mapping[str, list[Item]]
    counts: Mapping[str, int]
    awaited: list[Item]
    other: list[Item]
    is_whole: bool
    top: Sequence[Item] = ()

    @property
    def number(self) -> int:
        return sum(self.counts.values())

    def first_of(self, queue: str) -> list[Item]:
        """The items of the queue in its order: a part, all `work`, or the other that was asked for."""
        if queue not in OF_THE_PERSON:
            return self.other
        items = self.items if queue == "work" else self.parts[queue]
        return sorted(items, key=lambda item: (item.due_at, item.object_id))

    @property
    def items(self) -> list[Item]:
        return [item for items in self.parts.values() for item in items]


def on_desk(reader: Reader, other: str = "work") -> OnDesk:
    """All that waits for this person and the first page of another queue: one query, and one for the parts if the work
    is more than is counted. The latter also reads the `TOP`, if this is asked for."""
    kept = reader.actor, times.today()
    asked = _compiled_work(*kept)
    beside = {} if other in (*OF_THE_PERSON, TOP) else {"other": _compiled_queue(other, *kept)}
    found = rows_of_each({key: asked[key] for key in ("work", "awaited")} | beside)
    items, waited, page = ([Item(*row) for row in found.get(key, ())] for key in ("work", "awaited", "other"))
    if items and not items[0].kind:  # more than are counted
        some = rows_of_each({name: asked[name] for name in (*PARTS, *(URGENT if other == TOP else ()))})
        first = {name: [Item(*row[:-1]) for row in rows] for name, rows in some.items()}
        numbers = {part: some[part][0][-1] if some[part] else 0 for part in PARTS}
        top = [item for name in URGENT for item in first.pop(name, ())]
        return OnDesk(first, numbers, waited, page, is_whole=False, top=top[:FIRST])
    parts: dict[str, list[Item]] = {part: [] for part in PARTS}
    for item in items:
        parts[_part_of(item, reader.now)].append(item)
    return OnDesk(parts, {part: len(some) for part, some in parts.items()}, waited, page, is_whole=True)


def _part_of(item: Item, now: datetime) -> str:
    """The part of `PARTS` whose rows contain the item."""
    if item.breach_at < now:
        return "work_late"
    if item.due_at <= now + SOON:
        return "work_soon"
    if item.returned:
        return "work_returned"
    return "work_undated" if item.due_at == NEVER and item.other_id is not None else "work_later"


@lru_cache(maxsize=1024)
def _compiled_work(actor: Actor, day: date) -> Mapping[str, Compiled]:
    """Compiled once for each person and day, like the counters of the navigation."""
    now: Any = Moment()
    reader = Reader(actor, now)
    parts = {part: first_of(of_work(reader, part), COUNTED + 1) for part in PARTS}
    lists = {part: numbered(rows, by=ORDER, most=PAGE_SIZE + 1) for part, rows in parts.items()}
    lists["work"] = unless_more(first_of(of_work(reader), COUNTED + 1), *Item._fields, by=ORDER, most=COUNTED)
    lists["awaited"] = first_of(awaited(reader).ordered, AWAITED_SHOWN)
    lists |= zip(URGENT, _urgent_with_periods(reader), strict=True)
    return lists


def kinds_with_periods() -> set[str]:
    """Kinds on which periods run."""
    return {one.kind for one in RESOURCES.values() if one.open_items and one.open_items.has_periods}


def _urgent_with_periods(reader: Reader) -> list[Compiled]:
    """What most often comes first by consequence: the little of raised priority, then what an index has in its
    order."""
    urgent = [rows.filter(due_at__lte=reader.now + SOON, kind__in=kinds_with_periods()) for rows in of_work(reader)]
    raised = [rows.filter(priority__gt=Priority.NORMAL) for rows in urgent]
    usual = [rows.filter(priority=Priority.NORMAL) for rows in urgent]
    found = []
    for lists, order in ((raised, ("-priority", *ORDER)), (usual, ORDER)):
        first = compiled_first(lists, *Item._fields, by=order, most=FIRST)
        found.append(numbered(first, by=order, most=FIRST))
    return found


@lru_cache(maxsize=1024)
def _compiled_queue(key: str, actor: Actor, day: date) -> Compiled:
    now: Any = Moment()
    found = QUEUES[key][1](Reader(actor, now))
    lists = found.ordered if isinstance(found, Ranges) else [found]
    return first_of(lists, PAGE_SIZE + 1)


def of_work(reader: Reader, part: str = "") -> list[WorkItemQuerySet]:
    """The items of `work`, or of a part of it, as lists that an index has in the order of the queue. No period is later
    than soon."""
    if part == "work_soon":
        return [rows for ranges in _due_soon(reader) for rows in ranges]
    lists = [_steps(reader).whole, *([] if part in WITHOUT_PERIODS else [_periods(reader)])]
    return [PARTS[part][1](rows, reader.now) for rows in lists] if part else lists


def _due_soon(reader: Reader) -> list[list[WorkItemQuerySet]]:
    """What is due soon, in ranges: those of the steps and those of the periods."""
    lists = (_steps(reader).whole, _periods(reader))
    return [rows.soon(reader.now, reader.now + SOON).apart for rows in lists]


def work_to_count(reader: Reader, part: str = "") -> list[WorkItemQuerySet | Compiled]:
    """The same to be counted, as few lists without a row in common."""
    if part == "work_soon":
        return [compiled(*ranges) for ranges in _due_soon(reader)]
    return [*of_work(reader, part)] if part else [*_steps(reader).to_count, _periods(reader)]


def first_of(lists: Iterable[WorkItemQuerySet], most: int) -> Compiled:
    """The first items of these lists, nearest deadline first."""
    return compiled_first(lists, *Item._fields, by=ORDER, most=most)
