"""What a reader may not see although it is in the facts."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from agencies.kernel.actor import Actor
from agencies.kernel.resource import MEASURED
from agencies.organisations.models import is_antismuggling
from cases.casefile.walls import has_a_wall, walled_ids

from .following import as_of
from .models import StoredMatter


@dataclass(frozen=True)
class FigureReader:
    """Up to when the figures of a page are complete, and the facts that its reader may not see.

    For the centre these are the matters that were restricted since the last update, for an agency what a wall inside it
    hides from the reader. A system of a bureau has neither of its capacities, so it reads nothing behind a wall.
    """

    as_of: datetime
    hidden: Q | None

    @classmethod
    def of(cls, actor: Actor) -> "FigureReader":
        if actor.is_centre:
            known = StoredMatter.objects.filter(restricted=True).values("matter")
            now = (one.restricted().exclude(pk__in=known) for _kind, one in MEASURED if one.restricted)
            matters = [pk for restricted in now for pk in restricted.values_list("pk", flat=True)]
            return cls(as_of(), Q(matter__in=matters) if matters else None)
        if actor.kind == "machine" and is_antismuggling(actor.agency_code):
            return cls(as_of(), Q(wall_id__isnull=False, agency_id=actor.own_agency))
        if not has_a_wall(actor):
            return cls(as_of(), None)
        return cls(as_of(), Q(wall_id__isnull=False, wall_id__in=walled_ids(actor), agency_id=actor.own_agency))
