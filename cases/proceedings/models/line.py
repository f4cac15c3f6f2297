"""Lines: the parts of a proceeding that end separately, one per party and act."""

from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from agencies.kernel.actor import Actor
from agencies.kernel.records import Stateful
from agencies.organisations.models import was_absent
from cases.casefile.models import Handling, Party
from cases.casefile.walls import has_a_wall, walled_ids
from cases.clocks.models import Side, Timed


class LineQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """Lines of the actor's agency; the centre also sees those of unrestricted cases. Others see counts and status.

        If an agency does not sign in, the lead agency records its steps from its papers and sees what it records. What
        the agency recorded while it signed in remains private.
        """
        if actor.is_centre:
            return self.filter(~Q(proceeding__case__handling=Handling.H3) | Q(proceeding__agency_id=actor.agency_id))
        if not actor.is_staff:
            return self.none()
        kept = was_absent("proceeding__agency", "created_at") & Q(proceeding__case__lead_id=actor.agency_id)
        own = self.filter(Q(proceeding__agency_id=actor.agency_id) | kept)
        return own.exclude(proceeding__in=walled_ids(actor)) if has_a_wall(actor) else own

    def without_fate(self) -> Self:
        return self.exclude(state__in=self.model.FATES)


class PartyLine(Timed, Stateful):
    """One party's part of a proceeding: a party decision (administrative) or a suspect (criminal)."""

    FATES: frozenset[str] = frozenset()
    clock_handler = F("proceeding__handler")
    proceeding: Any  # a foreign key in each subclass, with its own related name
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="%(class)ss")
    reason = models.TextField(blank=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.party.name

    @property
    def clock_proceeding(self) -> UUID:
        found: UUID = self.proceeding.pk
        return found

    def clock_agencies(self) -> dict[str, int | None]:
        agency_id = self.proceeding.agency_id
        return {Side.AGENCY: agency_id, Side.RECEIVER: agency_id}
