"""Clocks (期限): running statutory periods about any subject. Due times are stored."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Any, ClassVar, Self
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.filtering import NEVER
from agencies.kernel.records import Stateful
from agencies.kernel.texts import Text
from agencies.organisations.models import Agency, of_antismuggling
from agencies.people.models import User
from cases.casefile.models import Case
from cases.casefile.walls import has_a_wall, walled_ids
from cases.clocks.counting import Extension, Pause

from .rules import DAYS_TO_HAND_OVER, ExtensionStep, KindOfRule, PauseGround, PeriodKind, PeriodRule

RUNNING_MEASURES = Q(stopped_at=None, rule_kind=PeriodKind.VALIDITY)


class ClockQuerySet(models.QuerySet["Clock"]):
    def visible_to(self, actor: Actor) -> Self:
        """Clocks of proceedings are visible to every agency on the case. Private ones (persons, measures, referrals)
        are visible to the holder of the subject, the owing agency and the partner.

        The wall inside an agency applies too: the name of a rule alone would disclose what happens behind it.
        """
        # A correlated subquery: as a list it would be all cases of the agency, because of the OR below. It comes last,
        # because PostgreSQL evaluates an OR in order.
        on_my_cases = Q(Exists(Case.objects.visible_to(actor).filter(pk=OuterRef("case_id"))))
        if actor.is_centre:
            return self.filter(on_my_cases)
        mine = Q(holder_id=actor.agency_id) | Q(agency_id=actor.agency_id) | Q(partner_id=actor.agency_id)
        if not actor.is_staff:
            return self.none()
        return self.filter(mine | Q(private=False) & on_my_cases).outside_walls(actor)

    def outside_walls(self, actor: Actor) -> Self:
        return self.exclude(private=True, proceeding_id__in=walled_ids(actor)) if has_a_wall(actor) else self

    def running(self) -> Self:
        return self.filter(stopped_at=None)

    def duties(self) -> Self:
        return self.filter(rule_kind=PeriodKind.DUTY)

    def ending_before(self, review: "Clock") -> Self:
        """Measures of an administrative agency that end before the latest lawful filing and hand-over of goods that may
        follow this period of a transfer, earliest first."""
        latest = review.latest_hand_over
        return (
            self.bridged().filter(case=review.case_id, due_at__lt=latest).order_by("due_at") if latest else self.none()
        )

    def bridged(self) -> Self:
        """Running measures of administrative agencies, which must last until the police have the goods."""
        police = Q(holder__line=Agency.Line.POLICE) | of_antismuggling("holder")
        return self.running().filter(rule_kind=PeriodKind.VALIDITY, rule__track="administrative").exclude(police)

    def overdue(self, now: datetime | None = None) -> Self:
        """Duties whose lenient due time has passed."""
        return self.running().duties().filter(breach_at__lt=now or times.now())

    def pending(self, now: datetime | None = None) -> Self:
        """Clocks that still need an act: a duty until it is performed, a measure until it is released.

        Other clocks, such as a party's right, are over when they pass, even if they were not stopped.
        """
        until_done = Q(rule_kind__in=[PeriodKind.DUTY, PeriodKind.VALIDITY])
        return self.running().filter(until_done | Q(due_at=None) | Q(due_at__gte=now or times.now()))

    def due_within(self, span: timedelta) -> Self:
        """Clocks that end within `span`. Those that have passed or are overdue are excluded.

        A duty between its strict and its lenient end is included.
        """
        now = times.now()
        # As the index of the few clocks between their two ends.
        between = Q(breach_at__gt=F("due_at"), due_at__lt=now, breach_at__gte=now)
        to_come = Q(due_at__gte=now) | between & Q(rule_kind=PeriodKind.DUTY)
        return self.running().filter(to_come, due_at__lte=now + span)

    def due_after(self, span: timedelta, now: datetime | None = None) -> Self:
        """Clocks that end later than `span`, or without a due time: "promptly", or paused."""
        return self.running().filter(Q(due_at=None) | Q(due_at__gt=(now or times.now()) + span))

    def expired(self) -> Self:
        """Measures past their end that were not released. This is an ongoing violation, not a delay."""
        return self.running().filter(rule_kind=PeriodKind.VALIDITY, due_at__lt=times.now())

    def concerning(self, agency_id: int) -> Self:
        """Clocks that the agency owes, and those on subjects that it holds."""
        return self.filter(Q(agency_id=agency_id) | Q(holder_id=agency_id))

    def extendable_by(self, offices: Collection[str]) -> Self:
        """Clocks that one of these offices may still extend: `workflow.open_steps` in the database."""
        granted = ClockExtension.objects.filter(clock=OuterRef(OuterRef("pk")))
        spent = granted.filter(step=OuterRef("pk")).order_by().values("step").annotate(n=Count("pk")).values("n")
        later, before = granted.filter(step__step__gt=OuterRef("step")), granted.filter(step__step=OuterRef("after"))
        steps = (
            ExtensionStep.objects.filter(rule=OuterRef("rule"), office__in=offices)
            .annotate(spent=Coalesce(Subquery(spent), 0))
            .filter(Q(times=None) | Q(times__gt=F("spent")), Q(after=None) | Exists(before))
            .exclude(Exists(later))
        )
        # Redundant, but lets the database use the partial indexes.
        return self.running().filter(Exists(steps), state=Clock.State.RUNNING)

    def with_handler(self) -> Self:
        """Annotates `handled_by`: the id of the person who handles the subject in the agency that keeps the clock."""
        return self.annotate(handled_by=_handler())

    def with_uncertain_date(self) -> Self:
        """Clocks whose end may still change, because the calendar of that year is not published."""
        return self.filter(provisional=True)

    def about(self, subject: Any) -> Self:
        return self.filter(subject_kind=subject.clock_kind, subject_id=subject.pk)


class Clock(Stateful):
    """One statutory period about one subject.

    `agency` owes the duty (None for a party, court or procuratorate). `holder` is the agency on whose subject the clock
    runs. `partner` is the other side of a referral after the hand-over. `proceeding_id` is the proceeding that the
    subject is or belongs to, behind whose wall a private clock is.

    A paused clock has no due time until the pause ends. `warn_by` is the end that alerts use.
    """

    class State(models.TextChoices):
        RUNNING = "RUNNING", _("Running")
        PAUSED = "PAUSED", _("Paused")
        STOPPED = "STOPPED", _("Stopped")

    restored = frozenset({"pauses", "extensions", "applications", "changes", "breaches", "alerts"})
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    rule = models.ForeignKey(PeriodRule, on_delete=models.PROTECT, related_name="clocks")
    rule_kind = KindOfRule(max_length=10, choices=PeriodKind.choices, editable=False)
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="clocks")
    subject_kind = models.CharField(max_length=12)
    subject_id = models.UUIDField()
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="clocks")
    holder = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    private = models.BooleanField(default=False)
    proceeding_id = models.UUIDField(null=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    breach_at = models.DateTimeField(null=True, blank=True)
    warn_by = models.DateTimeField(null=True, blank=True)
    provisional = models.BooleanField(default=False)
    stopped_at = models.DateTimeField(null=True, blank=True)
    restarted_from = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="restarted_as"
    )

    objects = ClockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "rule"], condition=Q(stopped_at=None), name="clock_runs_once"
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None) | Q(stopped_at__gte=F("started_at")), name="clock_stops_after_start"
            ),
            models.CheckConstraint(
                condition=Q(state="STOPPED", stopped_at__isnull=False) | ~Q(state="STOPPED") & Q(stopped_at=None),
                name="clock_stopped_has_a_time",
            ),
        ]
        indexes = [
            # With the columns by which what is late is counted, so that the index alone is read.
            models.Index(
                fields=["breach_at"],
                include=["agency", "rule", "rule_kind", "subject_kind", "subject_id", "case", "id"],
                condition=Q(stopped_at=None),
                name="clock_running_by_breach",
            ),
            models.Index(fields=["agency", "due_at"], condition=Q(stopped_at=None), name="clock_running_by_agency"),
            models.Index(fields=["holder", "due_at"], condition=Q(stopped_at=None), name="clock_running_by_holder"),
            # What an agency owes to another that holds the subject: without a row of the index above.
            models.Index(
                fields=["agency", "due_at"], condition=Q(stopped_at=None) & ~Q(holder=F("agency")), name="clock_owed"
            ),
            # Measures are few among the periods of an agency, so those that expired are not looked for among all.
            models.Index(fields=["agency", "due_at"], condition=RUNNING_MEASURES, name="clock_measure_by_agency"),
            models.Index(fields=["holder", "due_at"], condition=RUNNING_MEASURES, name="clock_measure_by_holder"),
            models.Index(
                fields=["breach_at"], condition=Q(stopped_at=None, breach_at__gt=F("due_at")), name="clock_between"
            ),
            # The id first: what is late is read for subjects of several kinds at once.
            models.Index(fields=["subject_id", "subject_kind"], name="clock_by_subject"),
            # Covers the sweep's query for duties performed late, so that it reads no clocks.
            models.Index(
                fields=["rule", "breach_at", "id"],
                condition=Q(stopped_at__gt=F("breach_at")),
                name="clock_stopped_late",
            ),
            models.Index(
                fields=["due_at"], condition=Q(stopped_at=None, provisional=True), name="clock_running_uncertain"
            ),
            models.Index(
                Coalesce("due_at", models.Value(NEVER)),
                F("id"),
                condition=Q(stopped_at=None),
                name="clock_running_by_due",
            ),
        ]

    def __str__(self) -> str:
        return self.rule.name

    @property
    def owner_id(self) -> int:
        """The agency that keeps this clock: the one that owes the duty, else the holder of the subject."""
        return self.agency_id or self.holder_id

    @property
    def owner(self) -> Agency:
        return self.agency or self.holder

    @cached_property
    def application(self) -> "ClockApplication | None":
        """The pending application for an extension. Cached, because a page needs it for every verb; lists read the
        `pending_applications` of all rows at once."""
        if "pending_applications" in self.__dict__:
            return next(iter(self.__dict__["pending_applications"]), None)
        return self.applications.filter(outcome="").select_related("step", "applicant").first()

    def is_pending(self, now: datetime) -> bool:
        """`ClockQuerySet.pending` for one clock."""
        lasts = self.rule.kind in (PeriodKind.DUTY, PeriodKind.VALIDITY) or self.due_at is None or self.due_at >= now
        return self.stopped_at is None and lasts

    @property
    def is_paused(self) -> bool:
        return self.state == Clock.State.PAUSED

    @property
    def other_side(self) -> int | None:
        """The agency that a private clock concerns besides its owner."""
        return next((one for one in (self.holder_id, self.partner_id) if one != self.owner_id), None)

    @property
    def latest_hand_over(self) -> datetime | None:
        """The latest lawful hand-over of goods that may follow this period of a transfer."""
        days = DAYS_TO_HAND_OVER.get(self.rule.code)
        return None if days is None or self.due_at is None else self.due_at + timedelta(days=days)

    def is_overdue(self, now: datetime | None = None) -> bool:
        late = self.breach_at is not None and self.breach_at < (self.stopped_at or now or times.now())
        return late and self.rule.kind == PeriodKind.DUTY


class Breach(models.Model):
    """A duty not performed in time. Raised once per clock, at its true time even if noticed late.

    A pause or extension recorded late may show that there was none: the row is annulled, never deleted.
    """

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="breaches")
    breached_at = models.DateTimeField()
    raised_at = models.DateTimeField(auto_now_add=True)
    annulled_at = models.DateTimeField(null=True, blank=True)
    annulled_because = models.TextField(blank=True)
    notified_at = models.DateTimeField(
        null=True, blank=True, help_text="when the event was recorded and the agencies notified"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clock"], condition=Q(annulled_at=None), name="breach_one_per_clock")
        ]
        indexes = [models.Index(fields=["id"], condition=Q(notified_at=None), name="breach_to_notify")]


class Alert(models.Model):
    """A warning before an end, or the expiry of a measure. Planned with the due time, raised once when it comes.

    Alerts that were not raised are planned again when the due time changes.
    """

    EXPIRED = "expired"
    BRIDGE = "bridge"  # of a period of a transfer: a measure ends before the goods may be handed over

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="alerts")
    mark = models.CharField(max_length=8, help_text="50%, 80%, 24h, or expired")
    due_at = models.DateTimeField(help_text="the end that it warns of")
    at = models.DateTimeField()
    raised_at = models.DateTimeField(null=True, blank=True)
    notified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clock", "mark", "due_at"], name="alert_once_per_end")]
        indexes = [
            models.Index(fields=["at"], condition=Q(raised_at=None), name="alert_planned"),
            models.Index(fields=["id"], condition=Q(notified_at=None, raised_at__isnull=False), name="alert_to_notify"),
        ]


class ClockPause(models.Model):
    """Time in which a clock was paused, on a ground of its rule and by a paper. `until` is None while it is open.

    A deferral sets `last_day`: the period ends then, independent of the time between `since` and `until`.
    """

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="pauses")
    ground = models.ForeignKey(PauseGround, on_delete=models.PROTECT, related_name="+")
    paper = models.CharField(max_length=200)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True, help_text="of a deferral: the day that was granted")

    class Meta:
        ordering = ["since"]
        constraints = [
            models.UniqueConstraint(fields=["clock"], condition=Q(until=None), name="pause_one_open"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="pause_ends_after_start"),
        ]

    @property
    def counted(self) -> Pause | None:
        """The pause for counting; None while it is open, and for a deferral."""
        return Pause(self.since, self.until) if self.until and not self.last_day else None


class ClockExtension(models.Model):
    """An extension that was granted: its step, length and paper."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="extensions")
    step = models.ForeignKey(ExtensionStep, on_delete=models.PROTECT, related_name="+")
    length = models.PositiveSmallIntegerField()
    paper = models.CharField(max_length=200)
    granted_at = models.DateTimeField()

    class Meta:
        ordering = ["granted_at", "pk"]

    @property
    def counted(self) -> Extension:
        return self.step.extension(self.length)


class ClockApplication(models.Model):
    """An application for an extension (延长期限审批) to the office that grants it. Only one is pending at a time.

    Any extension of the period answers it. A refused or returned one is kept with the answer.
    """

    class Outcome(models.TextChoices):
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")
        RETURNED = "returned", _("Returned for revision")

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="applications")
    step = models.ForeignKey(ExtensionStep, on_delete=models.PROTECT, related_name="+")
    length = models.PositiveSmallIntegerField()
    reason = models.TextField()
    applicant = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    answer = models.TextField(blank=True, help_text="why it was refused, or what to revise")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["applied_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["clock"], condition=Q(outcome=""), name="application_one_waits"),
            models.CheckConstraint(
                condition=Q(outcome="", answered_at=None) | ~Q(outcome="") & Q(answered_at__isnull=False),
                name="application_answered_has_time",
            ),
        ]


class ClockChange(models.Model):
    """One change of a due time: old and new value, time, reason and agency.

    The first due time has no row: it is the old value of the first change, or still on the clock. A correction may also
    change when the clock stopped.
    """

    class Why(models.TextChoices):
        PAUSE = "pause", _("paused")
        RESUME = "resume", _("resumed")
        EXTEND = "extend", _("extended")
        CALENDAR = "calendar", _("recalculated after a schedule was published")
        STOP = "stop", _("stopped manually")
        RESTART = "restart", _("recalculated from a later event")
        CORRECTION = "correct", _("recalculated after the record was corrected")

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="changes")
    why = models.CharField(max_length=8, choices=Why.choices)
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    was_due_at = models.DateTimeField(null=True, blank=True)
    was_breach_at = models.DateTimeField(null=True, blank=True)
    was_stopped_at = models.DateTimeField(null=True, blank=True, help_text="of a correction")
    due_at = models.DateTimeField(null=True, blank=True)
    breach_at = models.DateTimeField(null=True, blank=True)
    provisional = models.BooleanField(default=False)
    paper = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["recorded_at", "pk"]


class Timed(models.Model):
    """A subject of clocks. `due_at` is its nearest running duty, stored by the clocks for lists and queues.

    `clock_label` names such a subject in lists of periods. `clock_handler` is an expression over the subject's row for
    the id of its handler (None: it has none); there OuterRef("agency") is the owing agency.
    """

    clock_kind = ""
    clock_label: ClassVar[Text] = ""
    clock_handler: ClassVar[Any] = None
    due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    breach_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @classmethod
    def kept_from_centre(cls) -> "models.QuerySet[Any] | None":
        """Ids of the subjects that readers of the centre may not see although their case is not restricted; None if
        there are none."""
        return None

    @property
    def clock_proceeding(self) -> UUID | None:
        """The id of the proceeding that this subject is or belongs to."""
        return None

    def take_back(self, verb: str, at: datetime) -> dict[str, Any]:
        """Restores the rows below this subject that its latest action changed, at the time `at`, when it is annulled.

        Returns what the annulment records of them. `restored` names their relations.
        """
        return {}

    def retime(self, verb: str, was: datetime, at: datetime) -> dict[str, Any]:
        """Changes the time of an action of this subject in the rows below it. Returns what its correction records."""
        return {}

    def clock_agencies(self) -> dict[str, int | None]:
        """The agency on each side of this subject: Side → agency id."""
        raise NotImplementedError

    def clock_leaders(self) -> "list[Timed]":
        """Subjects whose clocks those of this subject may follow (`PeriodRule.follows`)."""
        return [self]


def subjects_of_clocks() -> list[type[Timed]]:
    """Every model that clocks may run about, in any layer."""
    return [model for model in apps.get_models() if issubclass(model, Timed) and model.clock_kind]


@cache
def _handler() -> models.Case:
    cases = [
        models.When(subject_kind=subject.clock_kind, then=Subquery(_handler_in(subject)))
        for subject in subjects_of_clocks()
        if subject.clock_handler is not None
    ]
    no_handler = models.Value(None, output_field=models.UUIDField())
    return models.Case(*cases, default=no_handler, output_field=models.UUIDField())


def _handler_in(subject: type[Timed]) -> "models.QuerySet[Any]":
    rows = subject._base_manager.filter(pk=OuterRef("subject_id"))
    return rows.annotate(handler_of_clock=subject.clock_handler).values("handler_of_clock")[:1]
