"""The worklist of home: what the reader does first, and everything that waits for them in a few groups.

`waiting.PARTS` divides the work, so the groups show the numbers of the queues. Responsible persons also have the group
of their decisions. One query gives the number and the first rows of each part; the objects of the shown rows are read
with one query for each noun.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case as Choose
from django.db.models import CharField, Count, F, IntegerField, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.buttons import READ_AND_DECIDE
from agencies.kernel.counting import at_most, format_count
from agencies.kernel.open_items import WorklistLine
from agencies.kernel.records import SOON
from agencies.kernel.resource import RESOURCES
from agencies.kernel.texts import Text
from agencies.kernel.workflow import Button
from agencies.work.models import WorkItem
from agencies.work.reading import DeskReader
from cases.casefile.open_items import offer_line

from . import approvals
from .desk import OFFERS, PersonalDesk, offers
from .queues import lines_of, things_of
from .waiting import ORDER, PARTS, kinds_with_periods, queue

SHOWN = 5  # lines of a group; the rest is in its queue
FIRST = 3  # matters at the top
AWAITED_SHOWN = 5
TOP, DECIDE, AWAITED = "top", "decide", "awaited"

Items = Mapping[str, list[WorkItem]]


@dataclass(frozen=True)
class WorklistGroup:
    """A heading with at most SHOWN lines, the number of all, and the address of the list with exactly these."""

    key: str
    title: Text
    lines: list[WorklistLine]
    count: int
    url: str

    @property
    def number(self) -> str:
        return format_count(self.count)


@dataclass(frozen=True)
class Worklist:
    """`first` are in their groups' numbers and not repeated among the lines. `awaited` waits for another agency or for
    the responsible person. `apart_groups` has what is without work items, by noun. `returning`: the first decision at
    the top that can be returned for revision."""

    first: list[WorklistLine]
    groups: list[WorklistGroup]
    awaited: list[WorklistLine]
    apart_groups: list[WorklistGroup]
    returning: approvals.ReturnForRevision | None = None

    @property
    def apart(self) -> list[WorklistLine]:
        return [line for group in self.apart_groups for line in group.lines]

    @property
    def lines(self) -> list[WorklistLine]:
        return [*self.first, *(line for group in self.groups for line in group.lines), *self.apart]


def worklist(actor: Actor) -> Worklist:
    """The worklist of this actor."""
    return read(PersonalDesk(actor))


def read(desk: PersonalDesk) -> Worklist:
    """The worklist of a desk."""
    reader, numbers = desk.reader, desk.numbers
    parts = _parts(reader)
    shown = parts | {
        TOP: _first_of_all(reader),
        AWAITED: list(queue("awaited", reader).order_by(*ORDER)[:AWAITED_SHOWN]),
    }
    lines = _lines(reader, shown)
    waiting = approvals.approvals_of(desk.decisions[: SHOWN + FIRST], reader.actor)
    decisions = [*map(_decision, waiting), *_offers(reader.actor, numbers)]
    top = [*decisions, *_of(shown[TOP], lines)][:FIRST]
    taken = {line.key for line in top}
    groups = [
        WorklistGroup(
            f"work_{part}", title, _some(_of(parts[part], lines), taken), at_most(parts[part][0].number), _url(part)
        )
        for part, (title, _condition) in PARTS.items()
        if part in parts
    ]
    if number := numbers["approvals"] + numbers[OFFERS]:
        url = reverse("approvals") if reader.actor.responsible_for else reverse("cases")
        groups.insert(0, WorklistGroup(DECIDE, _("Awaiting your decision"), _some(decisions, taken), number, url))
    decided = {line.key for line in decisions}
    waited = _of(shown[AWAITED], lines)
    apart = _apart(reader, numbers, decided)
    back = next(filter(None, (approvals.returning(one, reader.actor) for one in waiting[:FIRST])), None)
    return Worklist(top, groups, waited, apart, back)


def _parts(reader: DeskReader) -> dict[str, list[Any]]:
    """The first items of each part of the work that has some, each with the `number` of all in the part."""
    cases = [When(condition(reader), then=Value(part)) for part, (_title, condition) in PARTS.items()]
    part = Choose(*cases, output_field=CharField())
    place = Window(RowNumber(), partition_by=[F("part")], order_by=[F(name).asc() for name in ORDER])
    number = Window(Count("*"), partition_by=[F("part")])
    rows: Any = queue("work", reader).annotate(part=part).annotate(place=place, number=number)
    found: dict[str, list[Any]] = {}
    for row in rows.filter(place__lte=SHOWN + FIRST).order_by("place"):
        found.setdefault(row.part, []).append(row)
    return found


def _first_of_all(reader: DeskReader) -> list[WorkItem]:
    """Urgent before others, running periods before agreed dates, high priority first, then the nearest deadline."""
    urgent = Choose(
        When(Q(due_at__lte=reader.now + SOON), then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    timed = Choose(When(kind__in=kinds_with_periods(), then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = queue("work", reader).alias(urgent=urgent, timed=timed)
    return list(rows.order_by("urgent", "timed", F("priority").desc(), *ORDER)[:FIRST])


def _some(lines: list[WorklistLine], taken: set[tuple[str, Any]]) -> list[WorklistLine]:
    return [line for line in lines if line.key not in taken][:SHOWN]


def _url(part: str) -> str:
    return f"{reverse('queues')}?queue=work&part={part}"


def _of(items: list[WorkItem], lines: Mapping[UUID, WorklistLine]) -> list[WorklistLine]:
    return [lines[item.object_id] for item in items if item.object_id in lines]


def _lines(reader: DeskReader, shown: Items) -> dict[UUID, WorklistLine]:
    items = {item.object_id: item for some in shown.values() for item in some}
    things = things_of(items.values(), reader)
    return {thing.pk: line for thing, line in zip(things, lines_of(things, reader.actor, reader.now), strict=True)}


def _offers(actor: Actor, numbers: Mapping[str, int]) -> list[WorklistLine]:
    """The leads of cases offered to the agency of this person."""
    cases = offers(actor).select_related("lead").order_by("pk")[:SHOWN] if numbers[OFFERS] else []
    return [offer_line(case) for case in cases]


def _decision(one: approvals.Approval) -> WorklistLine:
    person = one.prepared_by
    url = reverse("approvals") + one.query
    return WorklistLine(
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


def _apart(reader: DeskReader, numbers: Mapping[str, int], decided: Collection[Any]) -> list[WorklistGroup]:
    """What has no work items and is not among the decisions, by noun."""
    groups = []
    for name, one in RESOURCES.items():
        page = one.navigation.page if one.navigation else ""
        if one.open_items is None or not one.open_items.apart_title or not numbers.get(page, 1):
            continue
        if lines := [line for line in one.open_items.apart(reader) if line.key not in decided]:
            groups.append(WorklistGroup(name, one.open_items.apart_title, lines, len(lines), reverse(page)))
    return groups
