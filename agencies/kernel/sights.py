"""By what an agency sees an object, so that what names it can hold this instead of asking it on each page."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.db.models import Model

from .work import SightGround


class SightColumns(NamedTuple):
    """By what the people of one agency see an object: always, or with the case or lead `matter_id`. Those from whom the
    wall of the proceeding `wall_id` hides it do not see it by this."""

    sees: SightGround = SightGround.ASKED
    matter_id: UUID | None = None
    wall_id: UUID | None = None


class Sight(Protocol):
    def held(self, model: type[Model], about: Mapping[UUID, set[int]]) -> dict[tuple[UUID, int], SightColumns]:
        """By what each agency sees each object."""


@dataclass(frozen=True, kw_only=True)
class ByColumns:
    """Columns by which `visible_to` of a noun shows an object. They never change, once they have a value.

    `own` are the agencies whose people all see the object, each from the time when another column has a value ("":
    always). `wall` is the proceeding behind whose wall it is. `matter` is the case or lead whose readers (`sees`) see
    the object. Others may see it too; they are not known by columns.
    """

    own: Mapping[str, str] = field(default_factory=dict)
    wall: str = ""
    matter: str = ""
    sees: SightGround = SightGround.CASE

    def held(self, model: type[Model], about: Mapping[UUID, set[int]]) -> dict[tuple[UUID, int], SightColumns]:
        names = {"pk", *self.own, *self.own.values(), self.wall, self.matter} - {""}
        rows = model._base_manager.filter(pk__in=about).values(*names)
        return {(row["pk"], agency): self._of(row, agency) for row in rows for agency in about[row["pk"]]}

    def _of(self, row: Mapping[str, Any], agency_id: int) -> SightColumns:
        wall = row.get(self.wall)
        if any(row[name] == agency_id and (not once or row[once] is not None) for name, once in self.own.items()):
            return SightColumns(SightGround.ALWAYS, None, wall)
        return SightColumns(self.sees, row[self.matter], wall) if self.matter else SightColumns()


ObjectAtAgency = tuple[str, UUID, int]  # kind and id of an object, and an agency


def held(
    named: Iterable[ObjectAtAgency], declared: Mapping[str, tuple[type[Model], Sight]]
) -> dict[ObjectAtAgency, SightColumns]:
    """By what these agencies see these objects, one query for each kind. Kinds that are not declared are left out."""
    by_kind: dict[str, dict[UUID, set[int]]] = defaultdict(lambda: defaultdict(set))
    for kind, pk, agency in named:
        by_kind[kind][pk].add(agency)
    return {
        (kind, *key): one
        for kind, about in by_kind.items()
        if kind in declared
        for key, one in declared[kind][1].held(declared[kind][0], about).items()
    }
