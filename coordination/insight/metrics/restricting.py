"""What a reader may not see although it is in the sums."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Q

from agencies.journal.models import Event
from agencies.kernel.actor import Actor
from agencies.kernel.by_key import Place, bound
from agencies.kernel.counting import Compiled, compiled_rows, rows_of_each
from agencies.kernel.resource import MEASURED
from cases.proceedings.models import has_a_wall, walled_ids

from .following import position
from .models import OVERLAP, Delta, Seen


@dataclass(frozen=True)
class Known:
    """Up to when the figures of a page are complete, and the rows of the ledger that its reader may not see."""

    as_of: datetime
    hidden: Q | None

    @classmethod
    def to(cls, actor: Actor) -> "Known":
        reached, at = position()
        return cls(at, hidden_rows(actor, reached))

    def rows(self, measures: set[str]) -> list[Delta]:
        return [] if self.hidden is None else list(Delta.objects.filter(self.hidden, measure__in=measures))


def hidden_rows(actor: Actor, reached: datetime | None) -> Q | None:
    """For the centre what was restricted since the last update; for an agency what a wall inside it hides from them."""
    if actor.is_centre:
        matters = _restricted_since(reached)
        return Q(matter__in=matters) if matters else None
    if not has_a_wall(actor):
        return None
    return Q(wall_id__isnull=False, wall_id__in=walled_ids(actor), agency_id=actor.own_agency)


def _restricted_since(reached: datetime | None) -> list[UUID]:
    if reached is None:
        return []
    counted = [pk for (pk,) in rows_of_each({"": bound(_classified_since(), reached - OVERLAP)})[""]]
    return [pk for _kind, measures in MEASURED for pk in measures.restricted(counted)] if counted else []


@cache
def _classified_since() -> Compiled:
    """Matters in the sums of the centre whose classification changed since a moment: every page of figures asks."""
    since: Any = Place(0, Event._meta.get_field("recorded_at"))
    classified = Event.objects.filter(recorded_at__gte=since, fields__contains="handling")
    changed = classified.order_by().values("stream__subject")
    return compiled_rows(Seen.objects.filter(matter__in=changed, restricted=False), "matter")
