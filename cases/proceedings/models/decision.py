"""Party decisions (行政处罚决定): the lines of an administrative proceeding."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.casefile.models import Act

from .line import Line
from .proceeding import Proceeding


class Decision(Line):
    """What is decided about one party for one act: notice → hearing → decision → service → payment → remedy."""

    clock_kind = "decision"

    class State(models.TextChoices):
        OPEN = "OPEN", _("Under investigation")
        PRENOTICE = "PRENOTICE", _("Pre-penalty notice served")
        HEARING = "HEARING", _("Hearing")
        REVIEW = "REVIEW", _("Legal review and discussion")
        DECIDED = "DECIDED", _("Decided")
        SERVED = "SERVED", _("Served")
        REMEDY = "REMEDY", _("Reconsideration or lawsuit")
        ENFORCE = "ENFORCE", _("Enforcement")
        PERFORMED = "PERFORMED", _("Performed")
        DROPPED = "DROPPED", _("Dropped")
        TRANSFERRED = "TRANSFERRED", _("Transferred")

    class Result(models.TextChoices):
        PENALTY = "penalty", _("Penalty")
        MITIGATED = "mitigated", _("Mitigated penalty")
        NO_PENALTY = "no_penalty", _("No penalty")

    FATES = frozenset({State.PERFORMED, State.DROPPED, State.TRANSFERRED})

    proceeding = models.ForeignKey(Proceeding, on_delete=models.CASCADE, related_name="decisions")
    act = models.ForeignKey(Act, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions")
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    result = models.CharField(max_length=10, choices=Result.choices, blank=True)
    proposed = models.TextField(blank=True)
    decision_number = models.CharField(max_length=80, blank=True)
    fine_cny = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    ground = models.TextField(blank=True, help_text="the clause for mitigation or for no penalty")

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(fine_cny=None) | Q(fine_cny__gte=0), name="decision_fine_not_negative"),
            # A result below the statute needs its ground (APL arts. 32–33).
            models.CheckConstraint(condition=Q(result__in=["", "penalty"]) | ~Q(ground=""), name="decision_has_ground"),
        ]
