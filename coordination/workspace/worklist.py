"""The worklist of home: what the reader does first, and everything that waits for them in a few groups.

`waiting.PARTS` divides the work, so the groups show the numbers of the queues. Responsible persons also have the group
of their decisions. One query finds the first items of each group together with the counts; the objects are read with
one query for each noun.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case as Choose
from django.db.models import F, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.counting import Compiled, Moment, compiled_ids, first_of_each, format_count
from agencies.kernel.lines import Line
from agencies.kernel.records import SOON
from agencies.kernel.resource import READ_AND_DECIDE, RESOURCES
from agencies.kernel.workflow import Button, Text
from agencies.work.reading import Reader
from cases.casefile.lines import offer_line
from cases.casefile.models import Case

from . import approvals
from .queues import lines_of, things_of
from .waiting import PARTS, awaited, work

SHOWN = 5  # lines of a group; the rest is in its queue
FIRST = 3  # matters at the top
DECIDE, TOP, AWAITED = "decide", "first of all", "awaited"
OFFERS = "offers of a lead"  # the name of a list that is counted with the work

Found = Mapping[str, Mapping[Any, str]]


class Item(NamedTuple):
    """What a work item says about its object."""

    kind: str
    object_id: UUID


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
    the responsible person."""

    first: list[Line]
    groups: list[Group]
    awaited: list[Line]
    apart: list[Line]

    @property
    def lines(self) -> list[Line]:
        return [*self.first, *(line for group in self.groups for line in group.lines), *self.apart]


def counted(reader: Reader) -> dict[str, QuerySet[Any]]:
    """The lists behind the number of "Work", besides the approvals."""
    lists: dict[str, QuerySet[Any]] = {key: rows(reader) for key, (_title, rows) in PARTS.items()}
    return lists | ({OFFERS: offers(reader.actor)} if reader.actor.leads(reader.actor.agency_id) else {})


def offers(actor: Actor) -> QuerySet[Case]:
    """Cases whose lead is offered to the agency of this unit lead or responsible person."""
    return Case.objects.visible_to(actor).open().filter(lead_offered_to=actor.agency_id)


def total(counts: Mapping[str, int]) -> int:
    """The number beside "Work": that of every group of home."""
    return sum(counts.get(name, 0) for name in (*PARTS, OFFERS, "approvals"))


def questions(reader: Reader, counts: Mapping[str, int] | None = None) -> dict[str, Compiled]:
    """The first items of each group with items, of all groups, and of what the reader waits for."""
    asked = _questions(reader.actor, reader.hidden_items, reader.walls, times.today())
    if counts is None:
        return dict(asked)
    work_there = any(counts.get(key) for key in PARTS)
    known = {key: bool(counts.get(key)) for key in (*PARTS, OFFERS)} | {TOP: work_there}
    return {name: question for name, question in asked.items() if known.get(name, True)}


@lru_cache(maxsize=2048)
def _questions(actor: Actor, hidden: frozenset[UUID], walled: frozenset[UUID], day: date) -> Mapping[str, Compiled]:
    """The lists of this person, compiled once a day."""
    now: Any = Moment()
    reader = Reader(actor, now, hidden=hidden, walled=walled)
    lists: dict[str, QuerySet[Any]] = {
        key: rows(reader).order_by("due_at", "object_id")[: SHOWN + FIRST] for key, (_t, rows) in PARTS.items()
    }
    lists[TOP] = _by_consequence(reader)[:FIRST]
    lists[AWAITED] = awaited(reader).order_by("due_at", "object_id")[:SHOWN]
    found = {name: compiled_ids(rows, "kind", of="object_id") for name, rows in lists.items()}
    if actor.leads(actor.agency_id):
        found[OFFERS] = compiled_ids(offers(actor).order_by("pk")[:SHOWN])
    return found


def _by_consequence(reader: Reader) -> QuerySet[Any]:
    """Urgent before others, statutory periods before agreed dates, high priority first, then the nearest deadline."""
    statutory = [resource.kind for resource in RESOURCES.values() if resource.open_items and resource.open_items.by_law]
    urgent = Choose(
        When(Q(due_at__lte=reader.now + SOON), then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    by_law = Choose(When(kind__in=statutory, then=Value(0)), default=Value(1), output_field=IntegerField())
    return (
        work(reader)
        .alias(urgent=urgent, by_law=by_law)
        .order_by("urgent", "by_law", F("priority").desc(), "due_at", "object_id")
    )


def worklist(actor: Actor) -> Worklist:
    """The worklist of this actor, counted and read by itself."""
    reader = Reader(actor, times.now())
    counts = {name: rows.count() for name, rows in {**counted(reader), **approvals.decidable_now(reader)}.items()}
    decisions = {"approvals": sum(n for name, n in counts.items() if name.startswith(approvals.COUNTED))}
    return read(reader, counts | decisions, first_of_each(questions(reader, counts)))


def read(reader: Reader, counts: Mapping[str, int], found: Found) -> Worklist:
    """The worklist from the results of `questions`."""
    lines = _lines(reader, found)
    decisions = _decisions(reader, counts, found)
    top = ([*decisions, *(lines[pk] for pk in found.get(TOP, {}) if pk in lines)])[:FIRST]
    taken = {line.key for line in top}
    groups = [
        Group(key, title, _some([lines[pk] for pk in found.get(key, {}) if pk in lines], taken), counts[key], _url(key))
        for key, (title, _rows) in PARTS.items()
        if counts.get(key)
    ]
    if number := counts.get("approvals", 0) + counts.get(OFFERS, 0):
        url = reverse("approvals") if reader.actor.responsible_for else reverse("cases")
        groups.insert(0, Group(DECIDE, _("Awaiting your decision"), _some(decisions, taken), number, url))
    waited = [lines[pk] for pk in found.get(AWAITED, {}) if pk in lines]
    decided = {line.key for line in decisions}
    return Worklist(top, groups, waited, [line for line in _apart(reader, counts) if line.key not in decided])


def _some(lines: list[Line], taken: set[tuple[str, Any]]) -> list[Line]:
    return [line for line in lines if line.key not in taken][:SHOWN]


def _url(key: str) -> str:
    return f"{reverse('queues')}?queue={key}"


def _lines(reader: Reader, found: Found) -> dict[UUID, Line]:
    items = {
        pk: Item(kind, pk) for name, pks in found.items() if name in (*PARTS, TOP, AWAITED) for pk, kind in pks.items()
    }
    things = things_of(items.values(), reader)
    return {thing.pk: line for thing, line in zip(things, lines_of(things, reader.actor, reader.now), strict=True)}


def _decisions(reader: Reader, counts: Mapping[str, int], found: Found) -> list[Line]:
    """The first decisions of this person, each with who prepared it, and the leads of cases offered to their agency."""
    kinds = [kind for kind in approvals.kinds() if counts.get(approvals.COUNTED + kind.name)]
    waiting = approvals.decidable_page(reader.actor, kinds, size=SHOWN + FIRST) if kinds else []
    offered = found.get(OFFERS, {})
    cases = Case.objects.filter(pk__in=offered).select_related("lead") if offered else []
    return [*map(_decision, waiting), *(offer_line(case) for case in cases)]


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
