"""What a reader may not see although it is in the facts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from agencies.journal.models import Event
from agencies.kernel.actor import Actor
from agencies.kernel.resource import MEASURED
from cases.casefile.walls import has_a_wall, walled_ids

from .following import position
from .models import OVERLAP, Seen


@dataclass(frozen=True)
class Reader:
    """Up to when the figures of a page are complete, and the facts that its reader may not see.

    For the centre these are the matters that were restricted since the last update, for an agency what a wall inside it
    hides from the reader.
    """

    as_of: datetime
    hidden: Q | None

    @classmethod
    def of(cls, actor: Actor) -> "Reader":
        reached, at = position()
        if actor.is_centre:
            matters = _restricted_since(reached)
            return cls(at, Q(matter__in=matters) if matters else None)
        if not has_a_wall(actor):
            return cls(at, None)
        return cls(at, Q(wall_id__isnull=False, wall_id__in=walled_ids(actor), agency_id=actor.own_agency))


def _restricted_since(reached: datetime | None) -> list[UUID]:
    if reached is None:
        return []
    classified = Event.objects.filter(recorded_at__gte=reached - OVERLAP, fields__contains="handling")
    changed = Seen.objects.filter(matter__in=classified.values("stream__subject"), restricted=False)
    counted = list(changed.values_list("matter", flat=True))
    return [pk for _kind, measures in MEASURED for pk in measures.restricted(counted)] if counted else []
