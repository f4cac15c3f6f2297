"""Workload (工作量) of each person and unit of an agency, from the work items."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, Count, F, Q
from django.db.models.functions import Coalesce

from agencies.duty.models import Absence
from agencies.kernel import times
from agencies.kernel.actor import Role
from agencies.kernel.records import SOON
from agencies.kernel.resource import RESOURCE_OF_KIND, RESOURCES
from agencies.kernel.texts import Text
from agencies.organisations.models import Agency
from agencies.people.models import Membership, User
from agencies.work.models import WorkItem

from .models import routed_column


def weights() -> dict[str, int]:
    """What one item of each kind counts in the workload, in the order of the tabs of the board."""
    declared = [(one.kind, one.open_items) for one in RESOURCES.values() if one.open_items]
    ordered = sorted(declared, key=lambda one: one[1].tab)
    return {kind: items.weight for kind, items in ordered if items.weight}


@dataclass
class OpenCounts:
    """Counts of open items by kind, and of those overdue or due within a day."""

    by_kind: dict[str, int] = field(default_factory=lambda: dict.fromkeys(weights(), 0))
    overdue: int = 0
    soon: int = 0

    @property
    def weight(self) -> int:
        weighed = weights()
        return sum(number * weighed[kind] for kind, number in self.by_kind.items())

    @property
    def by_noun(self) -> list[tuple[Text, int]]:
        return [(RESOURCE_OF_KIND[kind].plural, number) for kind, number in self.by_kind.items()]

    def add(self, kind: str, number: int, overdue: int, soon: int) -> None:
        self.by_kind[kind] += number
        self.overdue += overdue
        self.soon += soon


@dataclass(frozen=True)
class Load:
    """Workload of a colleague, for choosing whom to assign."""

    person: User
    numbers: OpenCounts
    away_until: date | None
    units: tuple[str, ...] = ()

    @property
    def away(self) -> bool:
        return self.away_until is not None

    @property
    def weight(self) -> int:
        return self.numbers.weight


@dataclass(frozen=True)
class UnitLoad:
    """Workload of a unit: assigned and unassigned items."""

    unit: Agency
    numbers: OpenCounts
    unclaimed: int


@dataclass(frozen=True)
class Loads:
    people: list[Load]
    units: list[UnitLoad]

    @property
    def nouns(self) -> list[Text]:
        """The headings of the counts."""
        return [RESOURCE_OF_KIND[kind].plural for kind in weights()]


def loads(agency_id: int) -> list[Load]:
    """Active case officers of the agency, smallest workload first."""
    return loads_of(agency_id).people


def loads_of(agency_id: int, now: datetime | None = None) -> Loads:
    """Workload of all people and units, in five queries."""
    now = now or times.now()
    held: dict[Any, OpenCounts] = defaultdict(OpenCounts)
    at_unit: dict[int, OpenCounts] = defaultdict(OpenCounts)
    free: dict[int, int] = defaultdict(int)
    for kind, person, unit, is_free, *numbers in _counted(agency_id, now):
        if person is not None:
            held[person].add(kind, *numbers)
        # Items that no rule assigned are counted at the agency itself.
        at_unit[unit or agency_id].add(kind, *numbers)
        free[unit or agency_id] += numbers[0] if is_free else 0
    officers = User.objects.filter(agency=agency_id, is_active=True, memberships__role=Role.OFFICER).distinct()
    away, units = _away(agency_id, now), _units(agency_id)
    people = [Load(one, held[one.pk], away.get(one.pk), tuple(units.get(one.pk, ()))) for one in officers]
    known = Agency.objects.filter(agency=agency_id).filter(Q(pk__in=list(at_unit)) | Q(pk__in=_manned(agency_id)))
    return Loads(
        sorted(people, key=lambda load: (load.away, load.weight, load.person.username)),
        [UnitLoad(unit, at_unit[unit.pk], free[unit.pk]) for unit in known.order_by("-is_agency", "id")],
    )


def unit_column(by_hand: str, agency_id: int) -> Any:
    """Column of the unit that was chosen by hand, if there is such a column, else by the rules."""
    routed = routed_column("unit", agency_id)
    return Coalesce(F(by_hand), routed, output_field=BigIntegerField()) if by_hand else routed


def _counted(agency_id: int, now: datetime) -> Any:
    rows = WorkItem.objects.of_agency(agency_id).filter(first=True, kind__in=weights()).order_by()
    late, near = Q(breach_at__lt=now), Q(due_at__lte=now + SOON, breach_at__gte=now)
    grouped = rows.values_list("kind", "person_id", "unit_id", "free")
    return grouped.annotate(n=Count("pk"), late=Count("pk", filter=late), near=Count("pk", filter=near))


def _away(agency_id: int, now: datetime) -> dict[UUID, date]:
    rows = Absence.objects.at(now).filter(person__agency=agency_id)
    return dict(rows.values_list("person_id", "until"))


def _units(agency_id: int) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    held = Membership.objects.current().filter(user__agency=agency_id, role=Role.OFFICER).select_related("unit")
    for one in held.order_by("unit_id"):
        found[one.user_id].append(one.unit.name)
    return found


def _manned(agency_id: int) -> Any:
    return Membership.objects.current().filter(unit__agency=agency_id, role=Role.OFFICER).values("unit_id")
