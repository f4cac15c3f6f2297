"""Suspects (犯罪嫌疑人、被告人), persons and units: the lines of a criminal proceeding."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.casefile.models import Act, Party
from cases.controls.models import Country, Offence

from .line import LineQuerySet, PartyLine
from .proceeding import Proceeding

AT_HOME = frozenset({"CHN", "HKG", "MAC", "TWN"})


class SuspectQuerySet(LineQuerySet):
    def must_be_released(self) -> Self:
        """Suspects with a measure that is over by law."""
        return self.filter(pk__in=Suspect.objects.filter(measures__state="OVER").values("pk"))

    def under_a_measure(self, *kinds: str) -> Self:
        """Suspects with one of these measures in force, or with any."""
        of_kind = {"measures__kind__in": kinds} if kinds else {}
        standing = Suspect.objects.filter(measures__state__in=["RUNNING", "OVER"], **of_kind)
        return self.filter(pk__in=standing.values("pk"))

    def foreign(self) -> Self:
        return self.exclude(nationality=None).exclude(nationality__alpha3__in=AT_HOME)


class Suspect(PartyLine):
    """The stage of one suspect, person or unit, and how it ends.

    Custody is recorded in the measures, which run independently of the stage.
    """

    clock_kind = "suspect"
    clock_label = _("Suspect")

    class State(models.TextChoices):
        INVESTIGATED = "INVESTIGATED", _("Under criminal investigation")
        ARREST_REVIEW = "ARREST_REVIEW", _("Arrest under review")
        ARREST_APPROVED = "ARREST_APPROVED", _("Arrest approved")
        ARREST_RECON = "ARREST_RECON", _("Refusal of arrest contested")
        UNDER_REVIEW = "UNDER_REVIEW", _("Under review for prosecution")
        SUPPLEMENT = "SUPPLEMENT", _("Supplementary investigation")
        NONPROS_RECON = "NONPROS_RECON", _("Non-prosecution contested")
        PROSECUTED = "PROSECUTED", _("Prosecuted")
        JUDGED = "JUDGED", _("Judged in first instance")
        APPEAL = "APPEAL", _("On appeal")
        DROPPED = "DROPPED", _("Investigation terminated")
        MOVED = "MOVED", _("Handed to other police")
        NOT_PROSECUTED = "NOT_PROSECUTED", _("Not prosecuted")
        FINAL = "FINAL", _("Judgment final")

    class NonProsecution(models.TextChoices):
        """不起诉 (CPL art. 177(1), 177(2), 175(4)). `UNKNOWN` is for rows recorded without a ground."""

        STATUTORY = "statutory", _("Statutory non-prosecution")
        DISCRETIONARY = "discretionary", _("Discretionary non-prosecution")
        INSUFFICIENT = "insufficient", _("Non-prosecution for insufficient evidence")
        UNKNOWN = "unknown", _("Ground not recorded")

    class Verdict(models.TextChoices):
        GUILTY = "guilty", _("Guilty")
        EXEMPT = "exempt", _("Guilty, exempted from punishment")
        ACQUITTED = "acquitted", _("Not guilty")

    class Sentence(models.TextChoices):
        """Principal punishments (主刑), and a fine alone."""

        FIXED_TERM = "fixed_term", _("Fixed-term imprisonment")
        DETENTION = "detention", _("Criminal detention")
        CONTROL = "control", _("Public surveillance")
        LIFE = "life", _("Life imprisonment")
        DEATH = "death", _("Death")
        FINE_ONLY = "fine_only", _("Fine alone")

    FATES = frozenset({State.DROPPED, State.MOVED, State.NOT_PROSECUTED, State.FINAL})

    proceeding = models.ForeignKey(Proceeding, on_delete=models.CASCADE, related_name="suspects")
    act = models.ForeignKey(Act, null=True, blank=True, on_delete=models.PROTECT, related_name="suspects")
    state = models.CharField(max_length=16, choices=State.choices, default=State.INVESTIGATED)
    nationality = models.ForeignKey(Country, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    charges = models.ManyToManyField(Offence, related_name="+", blank=True)
    arrest_contests = models.PositiveSmallIntegerField(default=0)
    nonprosecution = models.CharField(max_length=14, choices=NonProsecution.choices, blank=True)
    nonprosecution_contests = models.PositiveSmallIntegerField(default=0)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    charge = models.CharField(max_length=200, blank=True, help_text="the crime as the judgment names it")
    sentence = models.CharField(max_length=12, choices=Sentence.choices, blank=True)
    sentence_months = models.PositiveSmallIntegerField(null=True, blank=True)
    suspended_months = models.PositiveSmallIntegerField(null=True, blank=True)
    fine_cny = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    set_off_cny = models.DecimalField(
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="of that fine, what an administrative fine for the same act has paid already (APL art. 35)",
    )

    objects = SuspectQuerySet.as_manager()  # type: ignore[misc]  # replaces the manager of `PartyLine`

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            # Reconsideration by the same procuratorate, then review by the higher one (MPSP arts. 141, 294).
            models.CheckConstraint(condition=Q(arrest_contests__lte=2), name="suspect_arrest_contested_twice"),
            models.CheckConstraint(condition=Q(nonprosecution_contests__lte=2), name="suspect_nonpros_contested_twice"),
            models.CheckConstraint(
                condition=~Q(state="NOT_PROSECUTED") | ~Q(nonprosecution=""), name="suspect_not_prosecuted_has_ground"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["JUDGED", "APPEAL", "FINAL"]) | ~Q(verdict=""),
                name="suspect_judged_has_verdict",
            ),
            models.CheckConstraint(
                condition=Q(set_off_cny=None) | Q(set_off_cny__lte=F("fine_cny")), name="suspect_set_off_within_fine"
            ),
            # Acquittal and exemption exclude a punishment.
            models.CheckConstraint(
                condition=Q(verdict="guilty")
                | Q(sentence="", sentence_months=None, suspended_months=None, fine_cny=None, set_off_cny=None),
                name="suspect_punished_is_guilty",
            ),
        ]

    @property
    def is_person(self) -> bool:
        """单位不能被拘留: only a person can be summoned, held or watched."""
        return self.party.kind == Party.Kind.PERSON

    @property
    def is_foreign(self) -> bool:
        return self.nationality is not None and self.nationality.alpha3 not in AT_HOME
