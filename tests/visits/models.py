"""Visit: one agency plans it on a case, another joins it, and it is held or cancelled."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.models import Case, Handling
from coordination.exchange.letters.models import DatedQuerySet, Letter


class VisitQuerySet(DatedQuerySet["Visit"]):
    def visible_to(self, actor: Actor) -> Self:
        """Visits of the planning and the joining agency; for the centre, those on unrestricted cases."""
        ours = Q(agency_id=actor.agency_id) | Q(partner_id=actor.agency_id)
        if actor.is_centre:
            return self.filter(~Q(case__handling=Handling.H3) | ours)
        return self.filter(ours) if actor.is_staff else self.none()


class Visit(Letter):
    class State(models.TextChoices):
        PLANNED = "PLANNED", _("Planned")
        JOINED = "JOINED", _("Joined")
        HELD = "HELD", _("Held")
        CANCELLED = "CANCELLED", _("Cancelled")

    OPEN_STATES = (State.PLANNED, State.JOINED)

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="who plans it")
    partner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="who joins it")
    handler = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", help_text="of the partner")
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    title = models.CharField(max_length=200)
    due_at = models.DateTimeField()

    objects = VisitQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["partner", "state", "due_at"], name="visit_queue")]

    def __str__(self) -> str:
        return self.title
