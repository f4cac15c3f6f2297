"""What ends one by one: a proceeding closes when each of its lines has a fate."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from agencies.kernel.actor import Actor
from agencies.kernel.records import Stateful
from agencies.organisations.models import was_absent
from cases.casefile.models import Handling, Party
from cases.clocks.models import Side, Timed

from .proceeding import has_a_wall
from .wall import walled_off, walled_rows


class LineQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """Lines stay in their agency; the centre reads those of unrestricted cases. Others get counts and status.

        Of an agency that does not sign in, the lead agency keeps the file from its papers, and reads what it records;
        what the agency itself recorded before it ceased to sign in stays closed.
        """
        if actor.is_centre:
            return self.filter(~Q(proceeding__case__handling=Handling.H3) | Q(proceeding__agency_id=actor.agency_id))
        if not actor.is_staff:
            return self.none()
        kept = was_absent("proceeding__agency", "created_at") & Q(proceeding__case__lead_id=actor.agency_id)
        own = self.filter(Q(proceeding__agency_id=actor.agency_id) | kept)
        return own.exclude(proceeding__in=walled_off(actor).values("pk")) if has_a_wall(actor) else own

    def without_fate(self) -> Self:
        return self.exclude(state__in=self.model.FATES)


class Line(Timed, Stateful):
    """What a party decision and a suspect line share."""

    FATES: frozenset[str] = frozenset()
    clock_handler = F("proceeding__handler")
    proceeding: Any  # a foreign key of each kind's own, for the proceeding calls each by its own name
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="%(class)ss")
    reason = models.TextField(blank=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.party.name

    @classmethod
    def walled_from(cls, actor: Actor) -> "models.QuerySet[Any] | None":
        return walled_rows(cls, "proceeding", actor)

    def clock_agencies(self) -> dict[str, int | None]:
        agency_id = self.proceeding.agency_id
        return {Side.AGENCY: agency_id, Side.RECEIVER: agency_id}
