"""Which work items are in each queue of a reader: one condition for each queue.

Rows and numbers come from the same condition, so that a number is that of its rows. A row gives the object and the
agency. What is shown is read from the object, through `visible_to` of its noun.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial, reduce
from operator import or_

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel.counting import at_most
from agencies.kernel.records import SOON
from agencies.kernel.resource import RESOURCES
from agencies.kernel.texts import Text
from agencies.kernel.work import NEVER, Decider, Side
from agencies.work.models import WorkItem, WorkItemQuerySet, acted_by_others
from agencies.work.reading import DeskReader
from coordination.workspace.form_drafts.models import LastLook

# Before the first record: for a person who never marked a queue as seen, everything is new.
NEVER_YET = datetime(1, 1, 2, tzinfo=UTC)
OF_CASES = ("referral", "task", "proceeding", "instruction")  # counted as work in cases that the agency leads
HELD_BY_SEVERAL = ("referral", "conference", "case")
COME_BACK = ("referral", "task", "instruction", "opinion")  # new to all people of the agency when they are returned
ORDER = ("due_at", "object_id")  # of queues
NONE = Q(pk__in=[])
DOES = Q(side=Side.DOES)
OPEN = Q(side=Side.DOES, first=True)  # each item once
Condition = Callable[[DeskReader], Q]


# All that waits for one person ---------------------------------------------------------------------------------------
def work(reader: DeskReader) -> Q:
    """Everything that waits for this person, each matter once; `PARTS` divides it.

    For officers what `before_me` contains and reminders; for unit leads also what waits for a lead, and all that is
    late or due within a day at the agency; for responsible persons what is late at the agency and what only they can
    settle. Their decisions are on the approvals page, and are counted there.
    """
    return ~Q(decides=Decider.HEAD) & (_steps(reader) | _periods(reader))


def _steps(reader: DeskReader) -> Q:
    """The part of `work` in which the agency takes the next step."""
    of_role = Q(first=True) & ~_also_own(reader) & _of_role(reader, _for_everyone(reader))
    return DOES & (_own(reader) | of_role) & ~_begun(reader) & ~_step_of_a_referral(reader)


def _periods(reader: DeskReader) -> Q:
    """The legal periods in `work`: those that are near and do not end with their proceeding, which is shown itself."""
    same = _items(reader).filter(kind="proceeding", object_id=OuterRef("matter_id"), due_at=OuterRef("due_at"))
    of_role = Q(first=True) & _of_role(reader, Q(free=True))
    near = Q(side=Side.PERIOD, due_at__lte=reader.now + SOON)
    return near & (_own(reader) | of_role) & ~Q(Exists(same))


def _items(reader: DeskReader) -> WorkItemQuerySet:
    return WorkItem.objects.of_agency(reader.actor.agency_id)


def _own(reader: DeskReader) -> Q:
    return Q(person_id=reader.me) if reader.me else NONE


def _for_everyone(reader: DeskReader) -> Q:
    """What waits for each officer of the agency."""
    of_unit = Q(kind="task", unit_id__in=reader.actor.units)
    return Q(free=True) | Q(returned=True, kind__in=COME_BACK) | of_unit


def _of_role(reader: DeskReader, for_everyone: Q) -> Q:
    """What waits for the role of the reader."""
    actor = reader.actor
    if actor.responsible_for:
        settled = [
            Q(kind=resource.kind, state__in=resource.open_items.settled_by_office)
            for resource in RESOURCES.values()
            if resource.open_items and resource.open_items.settled_by_office
        ]
        return reduce(or_, settled, _late(reader))
    if actor.leads(actor.agency_id):
        return for_everyone | Q(due_at__lte=reader.now + SOON) | Q(decides=Decider.LEAD)
    return for_everyone


def _also_own(reader: DeskReader) -> Q:
    """Objects that several people handle, of which the reader is counted with their own row."""
    if reader.me is None:
        return NONE
    own = _items(reader).filter(object_id=OuterRef("object_id"), person_id=reader.me, first=False)
    return Q(kind__in=HELD_BY_SEVERAL) & Q(Exists(own))


def _step_of_a_referral(reader: DeskReader) -> Q:
    """The task of a step, while its referral is shown itself."""
    referral = _items(reader).filter(kind="referral", object_id=OuterRef("matter_id"))
    if not reader.actor.leads(reader.actor.agency_id):
        referral = referral.filter(Q(free=True) | Q(person_id=reader.me))
    return Q(kind="task", matter_id__isnull=False) & Q(Exists(referral))


def _begun(reader: DeskReader) -> Q:
    """Invitations to conferences that have begun."""
    return Q(kind="conference", due_at__lt=reader.now)


# Its parts -----------------------------------------------------------------------------------------------------------
def _late(reader: DeskReader) -> Q:
    return Q(breach_at__lt=reader.now)


def _near(reader: DeskReader) -> Q:
    """Due within a day and not late. What has passed the strict reading of its period, but not the lenient one, is
    near."""
    return Q(due_at__lte=reader.now + SOON, breach_at__gte=reader.now)


def _after(reader: DeskReader) -> Q:
    return Q(due_at__gt=reader.now + SOON)


def _returned_later(reader: DeskReader) -> Q:
    return _after(reader) & Q(returned=True)


def _undated(reader: DeskReader) -> Q:
    """What another person or agency asked for without a date, which is not to wait behind every date."""
    return Q(due_at=NEVER, returned=False, other_id__isnull=False)


def _later(reader: DeskReader) -> Q:
    return _after(reader) & (Q(due_at__lt=NEVER) | Q(other_id=None)) & Q(returned=False)


# Other queues --------------------------------------------------------------------------------------------------------
def _mine(reader: DeskReader) -> Q:
    """Items of this person; for a unit lead also those whose next step is a lead's."""
    if reader.me is None:
        return NONE
    leads = reader.actor.leads(reader.actor.agency_id)
    return DOES & (Q(person_id=reader.me) | (Q(decides=Decider.LEAD, first=True) if leads else NONE))


def before_me(reader: DeskReader) -> Q:
    """Items that concern this person: their own, their unit's, unclaimed and returned ones."""
    for_everyone = Q(first=True) & _for_everyone(reader)
    if reader.me is not None:
        # Two people may handle a referral; it is then counted by the row of the reader.
        own = _items(reader).filter(object_id=OuterRef("object_id"), person_id=reader.me, first=False)
        for_everyone &= ~Q(kind="referral") | ~Q(Exists(own))
    return DOES & ~Q(kind="reminder") & (_own(reader) | for_everyone)


def _new(reader: DeskReader) -> Q:
    """Items that concern the reader on which another person acted since the last visit, or that came since then."""
    last = LastLook.objects.visible_to(reader.actor).values_list("at", flat=True).first() or NEVER_YET
    return before_me(reader) & (acted_by_others(last, reader.actor.id) | Q(came_at__gt=last))


def awaited(reader: DeskReader) -> Q:
    """What another agency has to do for the reader's, and own matters that wait for the responsible person. A task of a
    step of a referral is awaited with the referral."""
    waits = Q(side=Side.AWAITS) & ~Q(kind="task", matter_id__isnull=False)
    if reader.me and not reader.actor.responsible_for:
        waits |= Q(side=Side.DOES, decides=Decider.HEAD, person_id=reader.me)
    return waits


# Every item of a queue is in exactly one of these, so that their numbers add up.
PARTS: dict[str, tuple[Text, Condition]] = {
    "late": (_("Late"), _late),
    "soon": (_("Due within 24 hours"), _near),
    "returned": (_("Returned for rework"), _returned_later),
    "undated": (_("Requests without a date"), _undated),
    "later": (_("Later"), _later),
}


def _part_of_work(part: str, reader: DeskReader) -> Q:
    return work(reader) & PARTS[part][1](reader)


QUEUES: dict[str, tuple[Text, Condition]] = {
    "work": (_("All your work"), work),
    **{f"work_{part}": (title, partial(_part_of_work, part)) for part, (title, _condition) in PARTS.items()},
    "mine": (_("On my desk"), _mine),
    "new": (_("New since my last visit"), _new),
    # Requested from the unit, or else sent there by the routing rules of the agency.
    "unit": (_("My unit"), lambda reader: OPEN & Q(unit_id__in=reader.actor.units)),
    "unclaimed": (_("Unclaimed"), lambda reader: OPEN & Q(free=True)),
    "overdue": (_("Late at my agency"), lambda reader: OPEN & _late(reader)),
    "soon": (_("Due at my agency within 24 hours"), lambda reader: OPEN & _near(reader) & ~_begun(reader)),
    "returned": (_("Returned to us"), lambda reader: OPEN & Q(returned=True)),
    "led": (_("In cases we lead"), lambda reader: OPEN & Q(led=True, kind__in=OF_CASES)),
    "elsewhere": (_("Waiting for another agency"), lambda reader: Q(side=Side.AWAITS)),
    "awaited": (_("Expected from others"), awaited),
    # A right of a party ends by itself when its day has passed.
    "party": (_("Waiting for the party"), lambda reader: Q(side=Side.PARTY, breach_at__gte=reader.now)),
}
PARTS_OF_WORK = tuple(f"work_{part}" for part in PARTS)


def queue(key: str, reader: DeskReader) -> WorkItemQuerySet:
    return WorkItem.objects.visible_to(reader.actor).filter(QUEUES[key][1](reader))


def numbers(reader: DeskReader, conditions: Mapping[str, Q]) -> dict[str, int]:
    """The number of visible rows that meet each of the conditions, up to the limit of counting, in one query.

    A condition with subqueries comes first: Django compares each condition with all before it, part by part.
    """
    each = {name: Count("agency_id", filter=condition) for name, condition in conditions.items()}
    found = WorkItem.objects.visible_to(reader.actor).aggregate(**each) if each else {}
    return {name: at_most(number) for name, number in found.items()}


def counts(reader: DeskReader) -> dict[str, int]:
    """The number of items in each queue. That of all work is the sum of its parts."""
    of_work = {f"work_{part}": number for part, number in counts_of_parts(queue("work", reader), reader).items()}
    others = {key: QUEUES[key][1](reader) for key in ("new", *QUEUES) if key not in ("work", *PARTS_OF_WORK)}
    return {"work": sum(of_work.values())} | of_work | numbers(reader, others)


def counts_of_parts(rows: WorkItemQuerySet, reader: DeskReader) -> dict[str, int]:
    """The number of these rows in each of `PARTS`."""
    each = {f"in_{part}": Count("agency_id", filter=condition(reader)) for part, (_title, condition) in PARTS.items()}
    found = rows.aggregate(**each)
    return {part: at_most(found[f"in_{part}"]) for part in PARTS}


def kinds_with_periods() -> set[str]:
    """Kinds on which periods run."""
    return {one.kind for one in RESOURCES.values() if one.open_items and one.open_items.has_periods}
