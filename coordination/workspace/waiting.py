"""Queries over work items for a reader: the queues, and the counters of every page.

A row gives the object and the agency. What is shown is read from the object, through `visible_to` of its resource, so
a row can only narrow what a reader sees.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.counting import COUNTED, Compiled, Moment, compiled_rows, rows_of_each
from agencies.kernel.records import SOON
from agencies.kernel.resource import RESOURCES
from agencies.kernel.work import Decides, Side
from agencies.kernel.workflow import Text
from agencies.work.models import WorkItem, WorkItemQuerySet
from agencies.work.reading import Reader
from coordination.workspace.form_drafts.models import LastLook

# Before the first record: for a person who never marked a queue as seen, everything is new.
NEVER_YET = datetime(1, 1, 2, tzinfo=UTC)
OF_CASES = ("referral", "task", "proceeding", "instruction")  # counted as work in cases that the agency leads
HELD_BY_SEVERAL = ("referral", "conference", "case")
AWAITED_SHOWN = 5  # on home
COME_BACK = ("referral", "task")  # new to all people of the agency when they are returned


def _mine(reader: Reader) -> WorkItemQuerySet:
    """Items of this person; for a unit lead also those whose next step is a lead's."""
    if reader.me is None:
        return reader.does.none()
    if not reader.actor.leads(reader.actor.agency_id):
        return reader.does.of_person(reader.me)
    return reader.does.filter(Q(person_id=reader.me) | Q(decides=Decides.LEAD, first=True))


def _new(reader: Reader) -> WorkItemQuerySet:
    """Items assigned to the reader, to their unit or to no one, on which another person acted since the last visit."""
    last = LastLook.objects.visible_to(reader.actor).values("at")[:1]
    return before_me(reader).acted_on_since(Coalesce(Subquery(last), Value(NEVER_YET)), reader.actor.id)


def before_me(reader: Reader) -> WorkItemQuerySet:
    """Items that concern this person: their own, their unit's, unclaimed and returned ones."""
    once = Q(free=True) | Q(returned=True, kind__in=COME_BACK) | Q(kind="task", unit_id__in=reader.actor.units)
    once &= Q(first=True)
    found = reader.does.exclude(kind="reminder")
    if reader.me is None:
        return found.filter(once)
    # Two people may handle a referral; it is then counted by the row of the reader.
    own = WorkItem.objects.of_agency(reader.actor.agency_id).filter(
        object_id=OuterRef("object_id"), person_id=reader.me
    )
    return found.filter(Q(person_id=reader.me) | once & (~Q(kind="referral") | ~Exists(own.filter(first=False))))


def work(reader: Reader) -> WorkItemQuerySet:
    """Everything that waits for this person, each matter once; `PARTS` divides it.

    For officers what `before_me` contains and reminders; for unit leads also what waits for a lead, and all that is
    late or due within a day at the agency; for responsible persons what is late at the agency and what only they can
    settle. Their decisions are on the approvals page, and are counted there.
    """
    rows = reader.seen(WorkItem.objects.filter(agency_id=reader.actor.own_agency, side__in=(Side.DOES, Side.PERIOD)))
    own = Q(person_id=reader.me) if reader.me else Q(pk=None)
    found = rows.exclude(decides=Decides.HEAD).filter(own | Q(first=True) & _of_role(reader) & ~_also_own(reader))
    begun = Q(kind="conference", due_at__lt=reader.now)
    return found.exclude(begun).exclude(_step_of_a_referral(reader)).exclude(_period_of_a_proceeding(reader))


def _of_role(reader: Reader) -> Q:
    """Items that are not the reader's own."""
    actor = reader.actor
    if actor.responsible_for:
        settled = Q()
        for resource in RESOURCES.values():
            if resource.open_items and (states := resource.open_items.settled_by_office):
                settled |= Q(kind=resource.kind, state__in=states)
        return Q(breach_at__lt=reader.now) | settled
    once = Q(free=True) | Q(returned=True, kind__in=COME_BACK) | Q(kind="task", unit_id__in=actor.units)
    once &= Q(side=Side.DOES)
    # A period is shown besides its proceeding only when it is near.
    once |= Q(side=Side.PERIOD, free=True)
    if actor.leads(actor.agency_id):
        once |= Q(decides=Decides.LEAD) | Q(due_at__lte=reader.now + SOON)
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


def _period_of_a_proceeding(reader: Reader) -> Q:
    """A period that is not near, or that ends with its proceeding."""
    same = WorkItem.objects.of_agency(reader.actor.agency_id).filter(
        kind="proceeding", object_id=OuterRef("matter_id"), due_at=OuterRef("due_at")
    )
    return Q(side=Side.PERIOD) & (Q(due_at__gt=reader.now + SOON) | Q(Exists(same)))


def awaited(reader: Reader) -> WorkItemQuerySet:
    """What another agency has to do for the reader's, and own matters that wait for the responsible person."""
    ours = Q(side=Side.AWAITS) & ~_of_requested_step()
    if reader.me and not reader.actor.responsible_for:
        ours |= Q(side=Side.DOES, decides=Decides.HEAD, person_id=reader.me)
    return reader.seen(WorkItem.objects.filter(ours, agency_id=reader.actor.own_agency))


def _of_requested_step() -> Q:
    """A task of a step of a referral, which is awaited itself."""
    return Q(kind="task", matter_id__isnull=False)


def _late_work(reader: Reader) -> WorkItemQuerySet:
    return work(reader).filter(breach_at__lt=reader.now)


def _soon_work(reader: Reader) -> WorkItemQuerySet:
    return work(reader).filter(breach_at__gte=reader.now, due_at__lte=reader.now + SOON)


def _returned_work(reader: Reader) -> WorkItemQuerySet:
    return work(reader).filter(due_at__gt=reader.now + SOON, returned=True)


def _later_work(reader: Reader) -> WorkItemQuerySet:
    return work(reader).filter(due_at__gt=reader.now + SOON, returned=False)


def _unit(reader: Reader) -> WorkItemQuerySet:
    """Items requested from the unit, or else sent there by the routing rules of the agency."""
    return reader.open.filter(unit_id__in=reader.actor.units)


def _unclaimed(reader: Reader) -> WorkItemQuerySet:
    return reader.open.filter(free=True)


def _overdue(reader: Reader) -> WorkItemQuerySet:
    return reader.open.filter(breach_at__lt=reader.now)


def _soon(reader: Reader) -> WorkItemQuerySet:
    """Due within a day and not late; without invitations to conferences that have begun."""
    near = reader.open.soon(reader.now, reader.now + SOON)
    return near.exclude(kind="conference", due_at__lt=reader.now)


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


# Every item of `work` is in exactly one of these, so that their numbers add up.
PARTS: dict[str, tuple[Text, Callable[[Reader], WorkItemQuerySet]]] = {
    "work_late": (_("Late"), _late_work),
    "work_soon": (_("Due within 24 hours"), _soon_work),
    "work_returned": (_("Returned to you"), _returned_work),
    "work_later": (_("Later"), _later_work),
}
QUEUES: dict[str, tuple[Text, Callable[[Reader], WorkItemQuerySet]]] = {
    "work": (_("All your work"), work),
    **PARTS,
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


def queue(key: str, reader: Reader) -> WorkItemQuerySet:
    return QUEUES[key][1](reader)


# What waits for one person, read once for a page ----------------------------------------------------------------------
class Item(NamedTuple):
    """The columns of a work item by which it is divided and ordered."""

    kind: str
    object_id: UUID
    due_at: datetime
    breach_at: datetime
    returned: bool
    priority: int


@dataclass(frozen=True)
class OnDesk:
    """The items of `work` by part, nearest deadline first, up to the limit of counting, and the first of what the
    person waits for. `is_whole`: no part is longer.
    """

    parts: Mapping[str, list[Item]]
    awaited: list[Item]
    is_whole: bool

    @property
    def counts(self) -> dict[str, int]:
        return {part: len(items) for part, items in self.parts.items()}

    @property
    def number(self) -> int:
        return sum(map(len, self.parts.values()))

    def first_of(self, queue: str) -> list[Item]:
        """The items of a part, or of all `work`, in the order of the queue."""
        items = self.items if queue == "work" else self.parts[queue]
        return sorted(items, key=lambda item: (item.due_at, item.object_id))

    @property
    def items(self) -> list[Item]:
        return [item for items in self.parts.values() for item in items]


def on_desk(reader: Reader) -> OnDesk:
    """All that waits for this person: one query, and one for each part if it is more than is counted."""
    asked = _compiled_work(reader.actor, reader.hidden_items, times.today())
    found = rows_of_each({key: asked[key] for key in ("work", "awaited")})
    items, waited = ([Item(*row) for row in found[key]] for key in ("work", "awaited"))
    if len(items) > COUNTED:
        found = rows_of_each({part: asked[part] for part in PARTS})
        return OnDesk({part: [Item(*row) for row in rows] for part, rows in found.items()}, waited, is_whole=False)
    parts: dict[str, list[Item]] = {part: [] for part in PARTS}
    for item in items:
        parts[_part_of(item, reader.now)].append(item)
    return OnDesk(parts, waited, is_whole=True)


def _part_of(item: Item, now: datetime) -> str:
    """The part of `PARTS` whose rows contain the item."""
    if item.breach_at < now:
        return "work_late"
    if item.due_at <= now + SOON:
        return "work_soon"
    return "work_returned" if item.returned else "work_later"


@lru_cache(maxsize=1024)
def _compiled_work(actor: Actor, hidden: frozenset[UUID], day: date) -> Mapping[str, Compiled]:
    """Compiled once for each person and day, like the counters of the navigation."""
    now: Any = Moment()
    reader = Reader(actor, now, hidden=hidden)
    most = dict.fromkeys(("work", *PARTS), COUNTED + 1) | {"awaited": AWAITED_SHOWN}
    return {
        key: compiled_rows(queue(key, reader).order_by("due_at", "object_id")[:number], *Item._fields)
        for key, number in most.items()
    }
