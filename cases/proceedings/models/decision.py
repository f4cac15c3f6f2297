"""Party decisions (行政处罚决定): the lines of an administrative proceeding."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.journal.transitions import part_before
from agencies.people.models import User
from cases.casefile.models import Act
from cases.clocks.models import Side

from .line import PartyLine
from .proceeding import Proceeding


class Decision(PartyLine):
    """The decision about one party for one act: notice → statement and hearing → decision → service → payment → remedy.

    What was done with which paper, when and by whom is in its `procedural_steps`.
    """

    clock_kind = "decision"
    clock_label = _("Decision about a party")

    class State(models.TextChoices):
        OPEN = "OPEN", _("Under investigation")
        ISSUED = "ISSUED", _("Pre-penalty notice issued")
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

    class Penalty(models.TextChoices):
        """Kinds of penalty (APL art. 9). `data/powers.csv` says which of them a statute gives."""

        WARNING = "warning", _("Warning")
        CRITICISM = "criticism", _("Circulated criticism")
        FINE = "fine", _("Fine")
        GAINS = "gains", _("Confiscation of illegal gains")
        GOODS = "goods", _("Confiscation of goods or vehicles")
        SUSPEND = "suspend", _("Suspension of a licence or qualification")
        DOWNGRADE = "downgrade", _("Lowering of a qualification grade")
        REVOKE = "revoke", _("Revocation of a licence or qualification")
        WITHDRAW = "withdraw", _("Withdrawal and collection of a licence")
        RESTRICT = "restrict", _("Restriction of business activities")
        HALT = "halt", _("Halt of business")
        CLOSE = "close", _("Closure")
        BAR = "bar", _("Bar from the trade")
        DETENTION = "detention", _("Administrative detention")
        OTHER = "other", _("Another penalty set by a law or administrative regulation")

    class Service(models.TextChoices):
        ON_THE_SPOT = "on_the_spot", _("handed over on the spot")
        DELIVERED = "delivered", _("delivered")
        ANNOUNCED = "announced", _("by announcement")

    class Remedy(models.TextChoices):
        RECONSIDERATION = "reconsideration", _("Reconsideration")
        LITIGATION = "litigation", _("Lawsuit, first instance")
        APPEAL = "appeal", _("Lawsuit, second instance")

    FATES = frozenset({State.PERFORMED, State.DROPPED, State.TRANSFERRED})
    ENDS_REMEDY = frozenset({"refuse_remedy", "withdraw_remedy", "uphold", "change", "revoke"})
    REMEDY_TIMES: ClassVar[Mapping[str, str]] = {
        **{"seek_remedy": "sought_at", "accept_remedy": "accepted_at", "take_copy": "copy_at", "reply": "replied_at"},
        **dict.fromkeys(ENDS_REMEDY, "ended_at"),
    }
    UNDECIDED = (State.OPEN, State.ISSUED, State.PRENOTICE, State.HEARING, State.REVIEW)
    # Kinds of penalty that last for a time.
    TIMED = frozenset({Penalty.SUSPEND, Penalty.RESTRICT, Penalty.HALT, Penalty.BAR})

    proceeding = models.ForeignKey(Proceeding, on_delete=models.CASCADE, related_name="decisions")
    act = models.ForeignKey(Act, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions")
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)

    # The notice (告知书, APL art. 44)
    facts = models.TextField(blank=True)
    basis = models.TextField(blank=True)
    proposed = models.TextField(blank=True)
    proposed_penalties = models.JSONField(default=list, help_text="kinds of penalty")
    proposed_fine_cny = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    proposed_confiscated_cny = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    proposed_months = models.PositiveSmallIntegerField(null=True, blank=True)
    noticed = models.JSONField(default=dict, help_text="provisions and figures on which the notice rests")
    notice_number = models.CharField(max_length=80, blank=True)
    notice_round = models.PositiveSmallIntegerField(default=0, help_text="which notice: each starts the course anew")
    without_hearing = models.BooleanField(default=False)
    major = models.BooleanField(default=False, help_text="complex or major: discussed collectively (APL art. 57)")

    # Figures for the range of the fine
    rules = models.JSONField(default=list, help_text="codes of the penalty rules that the act breaks")
    turnover_cny = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    gains_cny = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    goods_value_cny = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    serious = models.BooleanField(default=False)

    # Statement (陈述、申辩, APL art. 45), hearing, legal review, collective discussion
    statement = models.TextField(blank=True)
    hearing_on = models.DateTimeField(null=True, blank=True)
    hearing_record = models.TextField(blank=True)
    review_opinion = models.TextField(blank=True)
    reviewer = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    discussed_by = models.TextField(blank=True)
    minutes = models.TextField(blank=True)
    conclusion = models.TextField(blank=True)

    # The decision
    result = models.CharField(max_length=10, choices=Result.choices, blank=True)
    decision_number = models.CharField(max_length=80, blank=True)
    penalties = models.JSONField(default=list, help_text="kinds of penalty that were imposed")
    fine_cny = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    confiscated_cny = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    months = models.PositiveSmallIntegerField(null=True, blank=True, help_text="how long a timed penalty lasts")
    ground = models.TextField(blank=True, help_text="the clause for mitigation or for no penalty")
    ground_kind = models.CharField(max_length=16, blank=True)
    basis_rule = models.CharField(max_length=20, blank=True, help_text="the penalty rule that the fine rests on")
    decided_at = models.DateTimeField(null=True, blank=True)

    # Service (送达)
    service = models.CharField(max_length=12, choices=Service.choices, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    served_at = models.DateTimeField(null=True, blank=True)

    # Payment, remedies, enforcement
    defer_asked_at = models.DateTimeField(null=True, blank=True)
    defer_until = models.DateField(null=True, blank=True)
    instalments = models.TextField(blank=True)
    late_fee_waived = models.BooleanField(default=False)
    remedy = models.CharField(max_length=15, choices=Remedy.choices, blank=True, help_text="the latest sought")
    summary_remedy = models.BooleanField(default=False, help_text="it is heard in summary procedure")
    court_applied_at = models.DateTimeField(null=True, blank=True)

    # Publication (公示), the follow-on ban (ECL art. 39), limitation (APL art. 36)
    published_at = models.DateTimeField(null=True, blank=True)
    published_where = models.CharField(max_length=300, blank=True)
    unpublished_at = models.DateTimeField(null=True, blank=True)
    barred_persons = models.TextField(blank=True)
    barred_for_life = models.BooleanField(default=False, help_text="after a criminal penalty (ECL art. 39)")
    found_on = models.DateField(null=True, blank=True, help_text="the day on which the violation was found")
    long_limitation = models.BooleanField(default=False)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(fine_cny=None) | Q(fine_cny__gte=0), name="decision_fine_not_negative"),
            # A result below the statute needs its ground (APL arts. 32–33).
            models.CheckConstraint(condition=Q(result__in=["", "penalty"]) | ~Q(ground=""), name="decision_has_ground"),
        ]
        indexes = [
            models.Index(fields=["proceeding"], condition=Q(state="REVIEW"), name="decision_in_review"),
            models.Index(fields=["decided_at"], condition=Q(decided_at__isnull=False), name="decision_decided"),
        ]

    restored = frozenset({"remedies", "procedural_steps"})

    def take_back(self, verb: str, at: datetime) -> dict[str, Any]:
        """A remedy goes with the record that it was sought, and is pending again if its end is annulled. A procedural
        step goes with its record.
        """
        if step := self.procedural_steps.filter(verb=verb, round=self.notice_round).last():
            columns = [field.name for field in step._meta.concrete_fields]
            recorded = {**part_before(step, columns), "part_of": "procedural_steps"}
            step.delete()
            return recorded
        if verb == "seek_remedy" and (sought := self.remedies.filter(ended_at=None).first()):
            columns = [field.name for field in sought._meta.concrete_fields]
            recorded = {**part_before(sought, columns), "part_of": "remedies"}
            sought.delete()
            return recorded
        if verb in self.ENDS_REMEDY and (
            ended := self.remedies.exclude(ended_at=None).order_by("ended_at", "pk").last()
        ):
            pending = {"ended_at": None, "result": ""}
            recorded = part_before(ended, pending)
            self.remedies.filter(pk=ended.pk).update(**pending)
            return recorded
        return {}

    def retime(self, verb: str, was: datetime, at: datetime) -> dict[str, Any]:
        if step := self.procedural_steps.filter(verb=verb, at=was).last():
            recorded = part_before(step, ["at"])
            self.procedural_steps.filter(pk=step.pk).update(at=at)
            return recorded
        if verb not in self.REMEDY_TIMES:
            return {}
        column = self.REMEDY_TIMES[verb]
        found = self.remedies.filter(**{column: was})
        # Of two at the same time, only the earlier one can be moved back, and only the later one forward.
        if (moved := found.last() if at > was else found.first()) is None:
            return {}
        recorded = part_before(moved, [column])
        self.remedies.filter(pk=moved.pk).update(**{column: at})
        return recorded

    def clock_agencies(self) -> dict[str, int | None]:
        """The agency that transfers after its own decision sends the copies."""
        return {**super().clock_agencies(), Side.SENDER: self.proceeding.agency_id}

    @property
    def is_published(self) -> bool:
        return self.published_at is not None and self.unpublished_at is None

    @property
    def penalty_labels(self) -> list[str]:
        """Labels of the kinds of penalty that were imposed."""
        return self._labels(self.penalties)

    @property
    def proposed_labels(self) -> list[str]:
        return self._labels(self.proposed_penalties)

    def _labels(self, kinds: list[str]) -> list[str]:
        words = dict(self.Penalty.choices)
        return [str(words.get(kind, kind)) for kind in kinds]

    def steps_taken(self, *verbs: str) -> models.QuerySet[Any]:
        """Procedural steps since the latest notice, in order."""
        found: models.QuerySet[Any] = self.procedural_steps.filter(round=self.notice_round)
        return found.filter(verb__in=verbs) if verbs else found
