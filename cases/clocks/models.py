"""Clocks (时限): a running statutory period about any subject. Due times are stored, never counted down."""

from datetime import date, datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import Named, pick
from agencies.kernel.records import Record
from agencies.organs.models import Agency
from cases.casefile.models import Case
from cases.controls.citations import cited


class Kind(models.TextChoices):
    """Only a duty breaches; a measure expires and must be released; a party's right lapses and is nobody's overdue."""

    DUTY = "duty", _("duty of an organ")
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
    ORGAN = "organ", _("the agency")
    PARTY = "party", _("the party")
    PROCURATORATE = "procuratorate", _("the procuratorate")
    COURT = "court", _("the court")
    OTHER = "other", _("another organ")


class Rule(Named):
    """One statutory period, time-versioned: a running clock keeps the version in force at its trigger."""

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
    kind = models.CharField(max_length=10, choices=Kind.choices)
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
    extension_en = models.CharField(max_length=800, blank=True)
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
    def trigger(self) -> str:
        return pick(self.trigger_zh, self.trigger_en)

    @property
    def stop(self) -> str:
        return pick(self.stop_zh, self.stop_en)

    @property
    def on_end(self) -> str:
        return pick(self.on_end_zh, self.on_end_en)

    @property
    def cited(self) -> str:
        return cited(self.legal_basis)

    @property
    def to_verify(self) -> bool:
        return self.confidence.startswith("U")


class ClockQuerySet(models.QuerySet["Clock"]):
    def visible_to(self, actor: Actor) -> Self:
        """Duties of proceedings are status, seen by every organ on the case. Private ones (of persons, measures,
        referrals) are seen by whom they concern: the organ that holds the subject, who owes the duty, the other side.
        """
        on_my_cases = Q(case__in=Case.objects.visible_to(actor).values("pk"))
        if actor.is_centre:
            return self.filter(on_my_cases)
        mine = Q(holder_id=actor.organ_id) | Q(organ_id=actor.organ_id) | Q(partner_id=actor.organ_id)
        return self.filter(on_my_cases & Q(private=False) | mine) if actor.is_staff else self.none()

    def running(self) -> Self:
        return self.filter(stopped_at=None)

    def duties(self) -> Self:
        return self.filter(rule__kind=Kind.DUTY)

    def overdue(self, now: datetime | None = None) -> Self:
        """Derived, never counted: a duty whose lenient due time has passed."""
        return self.running().duties().filter(breach_at__lt=now or timezone.now())

    def pending(self, now: datetime | None = None) -> Self:
        """What still asks for an act: a duty until it is done, a measure until it is released. Whatever else has
        passed, such as a party's right, is over by itself, even where nobody stops its clock."""
        until_done = Q(rule__kind__in=[Kind.DUTY, Kind.VALIDITY])
        return self.running().filter(until_done | Q(due_at=None) | Q(due_at__gte=now or timezone.now()))

    def due_within(self, span: timedelta, now: datetime | None = None) -> Self:
        """Ends soon: whatever has passed already, or is overdue, is another question."""
        now = now or timezone.now()
        return self.running().filter(due_at__gte=now, due_at__lte=now + span)

    def concerning(self, organ_id: int) -> Self:
        """Those that the organ must keep, and those that run on what it holds."""
        return self.filter(Q(organ_id=organ_id) | Q(holder_id=organ_id))

    def about(self, subject: Any) -> Self:
        return self.filter(subject_kind=subject.clock_kind, subject_id=subject.pk)


class Clock(Record):
    """One running period. `organ` is who owes the duty (None for a party, court or procuratorate); `holder` is the
    organ on whose subject it runs, `partner` the other side of a referral once it has been handed over."""

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="clocks")
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="clocks")
    subject_kind = models.CharField(max_length=12)
    subject_id = models.UUIDField()
    organ = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="clocks")
    holder = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    private = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    breach_at = models.DateTimeField(null=True, blank=True)
    provisional = models.BooleanField(default=False)
    stopped_at = models.DateTimeField(null=True, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "rule"], condition=Q(stopped_at=None), name="clock_runs_once"
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None) | Q(stopped_at__gte=F("started_at")), name="clock_stops_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["breach_at"], condition=Q(stopped_at=None), name="clock_running_by_breach"),
            models.Index(fields=["subject_kind", "subject_id"], name="clock_by_subject"),
        ]

    def is_overdue(self, now: datetime | None = None) -> bool:
        late = self.breach_at is not None and self.breach_at < (self.stopped_at or now or timezone.now())
        return late and self.rule.kind == Kind.DUTY


class Breach(models.Model):
    """A duty not done in time, raised exactly once per clock, at its true time even if noticed late."""

    clock = models.OneToOneField(Clock, on_delete=models.CASCADE, related_name="breach")
    breached_at = models.DateTimeField()
    raised_at = models.DateTimeField(auto_now_add=True)
    annulled_at = models.DateTimeField(null=True, blank=True)
    annulled_because = models.TextField(blank=True)


class Timed(models.Model):
    """A subject of clocks. `due_at` is its nearest running duty, kept by the clocks for lists and queues."""

    clock_kind = ""
    due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    breach_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def clock_organs(self) -> dict[str, int | None]:
        """Who stands on each side of this subject: Side → organ id."""
        raise NotImplementedError
