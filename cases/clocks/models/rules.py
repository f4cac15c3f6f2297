"""Periods of the law and internal targets as rows: rules, extension steps and grounds of pauses."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.bilingual import NamedModel, pick
from cases.clocks.counting import Extension, Period
from cases.controls.citations import cited, official

# The days that may still pass lawfully after the end of each period of a transfer until the goods are handed over.
# Before a decision of the police they count to a filing; after a refusal over the whole chain of remedies: 3 to ask for
# reconsideration, 3 to decide, 3 to turn to the procuratorate, 7 to explain, 15 to file, 3 to hand over (D310 arts.
# 7–9, 12; MPSP arts. 181–182; SPPR arts. 560–564).
DAYS_TO_HAND_OVER: dict[str, int] = {
    "INT_SIGN": 3 + 3,
    "TRF_REROUTE": 3 + 3,
    "TRF_REVIEW": 3,
    "TRF_REVIEW_ECO": 3,
    "TRF_RECON_APPLY": 3 + 3 + 7 + 15 + 3,
    "TRF_RECON_DECIDE": 3 + 7 + 15 + 3,
    "TRF_PROC_SUGGEST": 7 + 15 + 3,
    "SUP_EXPLAIN": 15 + 3,
    "SUP_FILE": 3,
    "TRF_GOODS": 0,
}


class PeriodKind(models.TextChoices):
    """A duty is breached. A measure expires and must be released. A party's right lapses and is never overdue."""

    DUTY = "duty", _("duty of an agency")
    VALIDITY = "validity", _("validity of a measure")
    RIGHT = "right", _("a party's right")
    EARLIEST = "earliest", _("earliest date")
    LIMITATION = "limitation", _("limitation")
    EXPIRY = "expiry", _("expiry")


class Unit(models.TextChoices):
    HOUR = "hour", _("hours")
    CALENDAR_DAY = "calendar_day", _("calendar days")
    WORKING_DAY = "working_day", _("working days")
    MONTH = "month", _("months")
    YEAR = "year", _("years")
    PROMPTLY = "promptly", _("promptly")


class Side(models.TextChoices):
    """Which side of a subject owes the duty."""

    SENDER = "sender", _("the sender")
    RECEIVER = "receiver", _("the receiver")
    AGENCY = "agency", _("the agency")
    PARTY = "party", _("the party")
    PROCURATORATE = "procuratorate", _("the procuratorate")
    COURT = "court", _("the court")
    ISSUER = "issuer", _("the agency that issued the notice")
    OTHER = "other", _("another agency")


class PeriodRule(NamedModel):
    """One period, versioned by time. A running clock keeps the version in force at its trigger.

    It is statutory, or an internal target that the centre set itself and no law prescribes.
    """

    class Track(models.TextChoices):
        LICENSING = "licensing", _("Licensing")
        CUSTOMS_FRONT = "customs_front", _("Customs control")
        ADMINISTRATIVE = "administrative", _("Administrative case")
        REMEDY = "administrative_remedy", _("Administrative remedy")
        TRANSFER = "transfer", _("Transfer to the police")
        CRIMINAL = "criminal", _("Criminal case")
        SUPERVISION = "supervision", _("Supervision by the procuratorate")
        REVERSE = "reverse_transfer", _("Return for administrative handling")
        COOPERATION = "cooperation", _("Cooperation of the police")
        COMPLIANCE = "compliance", _("Compliance of exporters")
        SANCTION = "sanction", _("Sanctions")
        INTERNAL = "internal", _("Rules of this centre")

    code = models.CharField(max_length=30)
    version = models.PositiveSmallIntegerField(default=1)
    track = models.CharField(max_length=30, choices=Track.choices)
    kind = models.CharField(max_length=10, choices=PeriodKind.choices)
    subject = models.CharField(max_length=12)
    owner_side = models.CharField(max_length=14, choices=Side.choices)
    owner_text_en = models.CharField(max_length=800, blank=True)
    trigger_zh = models.CharField(max_length=800, blank=True)
    trigger_en = models.CharField(max_length=800, blank=True)
    stop_zh = models.CharField(max_length=800, blank=True)
    stop_en = models.CharField(max_length=800, blank=True)
    length = models.PositiveSmallIntegerField(null=True)
    unit = models.CharField(max_length=14, choices=Unit.choices)
    rolls = models.BooleanField()
    strict_lenient = models.BooleanField(default=False)
    warn_day_early = models.BooleanField(default=False)
    month_end = models.BooleanField(default=False, help_text="SPC Interpretation of the CPL art. 202")
    rolls_unsettled = models.BooleanField(default=False, help_text="the strict reading does not roll")
    by_paper = models.BooleanField(default=False, help_text="no act here starts it: a person may, from a paper")
    follows = models.CharField(
        max_length=30, blank=True, help_text="the rule whose end it precedes by `earlier_days`, and moves with"
    )
    earlier_days = models.PositiveSmallIntegerField(default=0)
    warn_at = models.CharField(
        max_length=60, blank=True, help_text="marks such as 50%;80%;24h, or none; empty: as usual"
    )
    extension_zh = models.CharField(max_length=800, blank=True)
    extension_en = models.CharField(max_length=800, blank=True)
    pauses_zh = models.CharField(max_length=800, blank=True)
    pauses_en = models.CharField(max_length=800, blank=True)
    on_end_zh = models.CharField(max_length=800, blank=True)
    on_end_en = models.CharField(max_length=800, blank=True)
    legal_basis = models.CharField(max_length=300)
    confidence = models.CharField(max_length=12)
    notes = models.TextField(blank=True)
    effective_from = models.DateField(null=True)
    effective_to = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="rule_version")]

    def in_force_on(self, day: date) -> bool:
        began = self.effective_from is None or self.effective_from <= day
        return began and (self.effective_to is None or day <= self.effective_to)

    @property
    def period(self) -> Period:
        return Period(
            self.length,
            self.unit,
            self.rolls,
            self.strict_lenient,
            self.warn_day_early,
            self.earlier_days,
            self.month_end,
            self.rolls_unsettled,
        )

    @property
    def has_two_readings(self) -> bool:
        return self.strict_lenient or self.rolls_unsettled

    @property
    def trigger(self) -> str:
        return pick(self.trigger_zh, self.trigger_en)

    @property
    def stop(self) -> str:
        return pick(self.stop_zh, self.stop_en)

    @property
    def allowed_extension(self) -> str:
        """Who may extend it and how far, as text; "" if the law allows no extension."""
        return "" if self.extension_en.startswith("None") else self.extension

    @property
    def on_end(self) -> str:
        return pick(self.on_end_zh, self.on_end_en)

    @property
    def is_statutory(self) -> bool:
        return self.track != self.Track.INTERNAL

    @property
    def citation(self) -> str:
        """《…》第…条: what a document of an agency cites."""
        return official(self.legal_basis)

    @property
    def cited(self) -> str:
        return cited(self.legal_basis) if self.is_statutory else gettext("internal target")

    @property
    def to_verify(self) -> bool:
        return self.confidence.startswith("U")

    @property
    def extension(self) -> str:
        return pick(self.extension_zh, self.extension_en)

    @property
    def pause(self) -> str:
        return pick(self.pauses_zh, self.pauses_en)


class Office(models.TextChoices):
    """Who decides on an extension."""

    AGENCY_HEAD = "agency_head", _("the head of the agency")
    CUSTOMS_HEAD = "customs_head", _("the head of the customs house")
    DISTRICT_CUSTOMS_HEAD = "district_customs_head", _("the head of the district customs")
    DISTRICT_COLLECTIVE = "district_customs_collective", _("the district customs by collective discussion")
    CASE_DEPARTMENT_HEAD = "case_department_head", _("the head of the department in charge")
    POLICE_HEAD = "police_head", _("the head of the public security agency")
    COUNTY_POLICE_HEAD = "county_police_head", _("the head of a public security agency at county level or above")
    NEXT_POLICE = "next_higher_police", _("the head of the next higher public security agency")
    RECEIVING_AGENCY = "receiving_agency", _("the receiving agency")
    APPROVING_AGENCY = "approving_agency", _("the agency that approved the measure")
    ISSUING_AGENCY = "issuing_agency", _("the agency that issued it")
    PROCURATORATE = "procuratorate", _("the procuratorate")
    NEXT_PROCURATORATE = "next_higher_procuratorate", _("the next higher procuratorate")
    PROVINCIAL_PROCURATORATE = "provincial_procuratorate", _("the provincial procuratorate")
    CHIEF_PROCURATOR = "chief_procurator", _("the chief procurator")
    RECONSIDERATION_AGENCY = "reconsideration_agency", _("the reconsideration agency")
    RECONSIDERATION_HEAD = "reconsideration_head", _("the head of the reconsideration body")
    COURT = "court", _("the court")
    NEXT_COURT = "next_higher_court", _("the next higher court")
    HIGH_COURT = "high_court", _("the High Court")


class ExtensionStep(models.Model):
    """One way to extend a rule: by whom, by what length, how often, and after which other step.

    `length` is None if the law gives no number, `times` if it may be repeated without limit.
    """

    rule = models.ForeignKey(PeriodRule, on_delete=models.CASCADE, related_name="extension_steps")
    step = models.PositiveSmallIntegerField()
    to_total = models.BooleanField(default=False, help_text="the whole period is as long, not longer by as much")
    length = models.PositiveSmallIntegerField(null=True)
    unit = models.CharField(max_length=14, choices=Unit.choices)
    times = models.PositiveSmallIntegerField(null=True)
    after = models.PositiveSmallIntegerField(null=True)
    office = models.CharField(max_length=30, choices=Office.choices)
    ground_zh = models.CharField(max_length=200)
    ground_en = models.CharField(max_length=200)
    legal_basis = models.CharField(max_length=100)

    class Meta:
        ordering = ["step"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "step"], name="extension_step_once"),
            models.CheckConstraint(condition=Q(after=None) | Q(after__lt=models.F("step")), name="extension_in_order"),
        ]

    @property
    def ground(self) -> str:
        return pick(self.ground_zh, self.ground_en)

    @property
    def cited(self) -> str:
        return cited(self.legal_basis)

    def allows(self, length: int) -> bool:
        """Whether one such extension may have this length: at least 1, at most the maximum of the law."""
        return length >= 1 and (self.length is None or length <= self.length)

    def extension(self, length: int | None = None) -> Extension:
        """The extension for a count. Raises ValueError if neither the law nor the argument gives a length."""
        counted = length or self.length
        if counted is None:
            raise ValueError("the law gives no length: it must be given")
        return Extension(counted, self.unit, self.to_total)


class PauseGround(NamedModel):
    """A ground on which a period may be paused, and the paper that proves it."""

    rule = models.ForeignKey(PeriodRule, on_delete=models.CASCADE, related_name="pause_grounds")
    ground = models.CharField(max_length=20)
    paper_zh = models.CharField(max_length=100)
    paper_en = models.CharField(max_length=100)
    legal_basis = models.CharField(max_length=100)
    confidence = models.CharField(max_length=2)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["rule", "ground"], name="pause_ground_once")]

    @property
    def paper(self) -> str:
        return pick(self.paper_zh, self.paper_en)

    @property
    def cited(self) -> str:
        return cited(self.legal_basis)


class KindOfRule(models.CharField):  # type: ignore[type-arg]  # not a generic class when it runs
    """The kind of the rule of a new clock: a join to rules would be planned as if periods were spread evenly over them,
    and read once for each row."""

    def pre_save(self, model_instance: Any, add: bool) -> str:
        kind: str = model_instance.rule.kind
        setattr(model_instance, self.attname, kind)
        return kind
