"""Proceedings (办案程序): what one organ does about the case under its own law; with the lines that end one by one.

Several proceedings of one organ on one case are normal. Persons and decisions are not proceeding states: a proceeding
has party decisions (administrative) or suspect lines (criminal), and closes when every line has a fate.
"""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.records import Stateful
from agencies.organs.models import Agency
from agencies.people.models import User
from cases.casefile.models import Case, Handling, OfCaseQuerySet, Party
from cases.clocks.models import Side, Timed
from cases.controls.models import Offence


class ProceedingQuerySet(OfCaseQuerySet):
    def open(self) -> Self:
        return self.exclude(state=Proceeding.State.CLOSED)

    def contents_for(self, actor: Actor) -> Self:
        """Whose inside this actor may read: his own organ's. Others on the case see the row: organ, state, due."""
        return self.visible_to(actor).filter(organ_id=actor.organ_id)


class Proceeding(Timed, Stateful):
    """One row of the dual track. `outcome` and its reasons are set when it ends; ended is not yet closed."""

    clock_kind = "proceeding"

    class Kind(models.TextChoices):
        COMMERCE = "commerce", _("Administrative (commerce)")
        CUSTOMS = "customs", _("Administrative (customs)")
        CRIMINAL = "criminal", _("Criminal")

    class State(models.TextChoices):
        VERIFY = "VERIFY", _("Verification")
        WARN = "WARN", _("Warned")
        REJECTED = "REJECTED", _("Not filed")
        FILED_ADM = "FILED_ADM", _("Filed")
        INVESTIGATE = "INVESTIGATE", _("Investigation")
        DECIDED = "DECIDED", _("Decided")
        NO_CASE = "NO_CASE", _("Case dropped")
        TRANSFERRED = "TRANSFERRED", _("Transferred")
        CRIMINAL_CASE = "CRIMINAL_CASE", _("Criminal investigation")
        TRANSFER_PROS = "TRANSFER_PROS", _("Review for prosecution")
        SUPPLEMENTARY = "SUPPLEMENTARY", _("Supplementary investigation")
        PROSECUTED = "PROSECUTED", _("Prosecuted")
        NOT_PROSECUTED = "NOT_PROSECUTED", _("Not prosecuted")
        JUDGED = "JUDGED", _("Judged in first instance")
        APPEAL = "APPEAL", _("On appeal")
        FINAL = "FINAL", _("Judgment final")
        WITHDRAWN = "WITHDRAWN", _("Criminal case withdrawn")
        CLOSED = "CLOSED", _("Closed")

    class Outcome(models.TextChoices):
        WARNED = "warned", _("Warning letter or regulatory talk")
        NOT_FILED = "not_filed", _("Not filed")
        NO_CASE = "no_case", _("No case")
        NO_PENALTY = "no_penalty", _("No penalty")
        PENALTY = "penalty", _("Penalty")
        TRANSFERRED = "transferred", _("Transferred to criminal enforcement")
        WITHDRAWN = "withdrawn", _("Criminal case withdrawn")
        NOT_PROSECUTED = "not_prosecuted", _("Not prosecuted")
        JUDGED = "judged", _("Judged")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="proceedings")
    organ = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="proceedings")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=16, choices=State.choices)
    handler = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="proceedings")
    external_number = models.CharField(max_length=80, blank=True)
    offence = models.ForeignKey(Offence, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=14, choices=Outcome.choices, blank=True)
    outcome_reason = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    supplements = models.PositiveSmallIntegerField(default=0)

    objects = ProceedingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organ", "external_number"], condition=~Q(external_number=""), name="proceeding_number_in_organ"
            ),
            # 补充侦查 at most twice (CPL art. 175).
            models.CheckConstraint(condition=Q(supplements__lte=2), name="proceeding_two_supplements"),
        ]
        indexes = [models.Index(fields=["organ", "state"], name="proceeding_by_organ")]

    def __str__(self) -> str:
        return self.external_number or str(self.get_kind_display())

    @property
    def is_criminal(self) -> bool:
        return self.kind == self.Kind.CRIMINAL

    def clock_organs(self) -> dict[str, int | None]:
        return {Side.ORGAN: self.organ_id, Side.RECEIVER: self.organ_id}


class LineQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """Lines stay in their organ; the centre reads those of unrestricted cases. Others get counts and status."""
        if actor.is_centre:
            return self.filter(~Q(proceeding__case__handling=Handling.H3) | Q(proceeding__organ_id=actor.organ_id))
        return self.filter(proceeding__organ_id=actor.organ_id) if actor.is_staff else self.none()

    def without_fate(self) -> Self:
        return self.exclude(state__in=self.model.FATES)


class Line(Timed, Stateful):
    """What a party decision and a suspect line share."""

    FATES: frozenset[str] = frozenset()
    proceeding: Any  # a foreign key of each kind's own, for the proceeding calls each by its own name
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="%(class)ss")
    reason = models.TextField(blank=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.party.name

    def clock_organs(self) -> dict[str, int | None]:
        organ_id = self.proceeding.organ_id
        return {Side.ORGAN: organ_id, Side.RECEIVER: organ_id}


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


class Suspect(Line):
    """What happens to one suspect, person or unit, and how it ends."""

    clock_kind = "suspect"

    class State(models.TextChoices):
        INVESTIGATED = "INVESTIGATED", _("Under criminal investigation")
        DETAINED = "DETAINED", _("Detained")
        ARREST_REVIEW = "ARREST_REVIEW", _("Arrest under review")
        ARRESTED = "ARRESTED", _("Arrested")
        BAIL = "BAIL", _("On bail")
        SURVEILLED = "SURVEILLED", _("Residential surveillance")
        RELEASED = "RELEASED", _("Released, still investigated")
        DROPPED = "DROPPED", _("Case withdrawn")
        NOT_PROSECUTED = "NOT_PROSECUTED", _("Not prosecuted")
        CONVICTED = "CONVICTED", _("Convicted")
        ACQUITTED = "ACQUITTED", _("Acquitted")

    FATES = frozenset({State.DROPPED, State.NOT_PROSECUTED, State.CONVICTED, State.ACQUITTED})

    proceeding = models.ForeignKey(Proceeding, on_delete=models.CASCADE, related_name="suspects")
    state = models.CharField(max_length=14, choices=State.choices, default=State.INVESTIGATED)
    charge = models.CharField(max_length=200, blank=True)
    sentence_months = models.PositiveSmallIntegerField(null=True, blank=True)
    fine_cny = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]


def lines_of(proceeding: Proceeding) -> LineQuerySet:
    """Its suspects (criminal) or party decisions (administrative)."""
    model = Suspect if proceeding.is_criminal else Decision
    lines: LineQuerySet = model.objects.filter(proceeding=proceeding)
    return lines
