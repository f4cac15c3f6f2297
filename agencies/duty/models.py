"""Duty (值班): shifts at a desk, absences with deputies, and handover notes between shifts."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor, Role
from agencies.kernel.records import Record
from agencies.organisations.models import Agency
from agencies.people.models import User


def agencies_of(actor: Actor, path: str) -> Q:
    """Returns the condition for rows of the actor's own agency.

    The centre reads all rosters, because it calls all agencies.
    """
    if actor.is_centre:
        return Q()
    own = actor.is_staff or actor.has_role(Role.AGENCY_ADMIN)
    return Q(**{path: actor.agency_id}) if own else Q(pk__in=())


class ShiftQuerySet(models.QuerySet["Shift"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(agencies_of(actor, "desk__agency"))

    def running(self, at: datetime) -> Self:
        return self.filter(starts_at__lte=at, ends_at__gt=at)

    def within(self, start: datetime, end: datetime) -> Self:
        return self.filter(starts_at__lt=end, ends_at__gt=start)

    def of_agencies(self, agencies: Iterable[int]) -> Self:
        return self.filter(desk__agency__in=agencies)


class Shift(Record):
    """One person at one desk, from (inclusive) to (exclusive). A desk is an agency or one of its units."""

    desk = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="shifts")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="shifts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    phone = models.CharField(max_length=30, blank=True, help_text="of the desk in this shift; else the person's own")
    on_call = models.BooleanField(default=False, help_text="on-call approver (值班审批人) and not at the desk itself")

    objects = ShiftQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_period"),
            models.UniqueConstraint(fields=["desk", "person", "starts_at", "on_call"], name="shift_once"),
        ]
        indexes = [models.Index(fields=["desk", "ends_at"], name="shift_by_desk")]

    @property
    def reached_by(self) -> str:
        return self.phone or self.person.phone


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(agencies_of(actor, "person__agency"))

    def at(self, at: datetime) -> Self:
        return self.on(timezone.localdate(at))

    def on(self, day: date) -> Self:
        return self.filter(since__lte=day, until__gte=day)

    def not_over(self) -> Self:
        return self.filter(until__gte=times.today())


class Absence(Record):
    """An absence of whole days in Shanghai time, first and last day included. The reason is not recorded."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="absences")
    deputy = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateField(_("First day"))
    until = models.DateField(_("Last day"))

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="absence_period"),
            models.CheckConstraint(condition=Q(deputy=None) | ~Q(deputy=F("person")), name="absence_by_another"),
        ]
        indexes = [models.Index(fields=["person", "until"], name="absence_by_person")]


class ShiftNoteQuerySet(models.QuerySet["ShiftNote"]):
    def visible_to(self, actor: Actor) -> Self:
        """Limits to notes of the actor's own agency. Not even the centre reads the notes of others."""
        works = actor.is_staff or actor.has_role(Role.AGENCY_ADMIN)
        return self.filter(shift__desk__agency=actor.agency_id) if works else self.none()


class ShiftNote(Record):
    """A handover note (交接班记录), signed by the outgoing person and then by the incoming one."""

    shift = models.OneToOneField(Shift, on_delete=models.PROTECT, related_name="note")
    text = models.TextField()
    writer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    taker = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)

    objects = ShiftNoteQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(taker=None, taken_at=None) | Q(taker__isnull=False, taken_at__isnull=False),
                name="shift_note_signed_whole",
            ),
            models.CheckConstraint(condition=Q(taker=None) | ~Q(taker=F("writer")), name="shift_note_two_people"),
        ]
