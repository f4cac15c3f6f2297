"""Background work (后台作业) and the result of each of its rows."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.kernel.actor import Actor, Role
from agencies.kernel.records import Record
from agencies.organisations.models import Agency
from agencies.people.models import User


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, actor: Actor) -> Self:
        """Limits to runs the actor started; the auditor also sees those of their agency."""
        if actor.kind != "user":
            return self.none()
        audited = Q(agency_id=actor.agency_id) if actor.has_role(Role.AUDITOR) else Q()
        return self.filter(Q(started_by_id=actor.id) | audited)

    def open(self) -> Self:
        return self.filter(state=Run.State.OPEN)

    def free(self, now: datetime) -> Self:
        """Limits to open runs no worker holds. The one idle longest comes first."""
        free = self.open().filter(Q(leased_until=None) | Q(leased_until__lt=now))
        return free.order_by(F("beat_at").asc(nulls_first=True), "created_at")


class Run(Record):
    """`given` is the input, ids and codes only; `cursor` is where the next step begins.

    `answers` is what the starter wrote, such as a reason; it is cleared when the run is done. `beat_at` is the time of
    the last committed step. `leased_until` keeps other workers away while one works on the run, and until the next try
    after an error; it expires by itself if a worker is killed. `attempts` counts the tries since the last committed
    step.
    """

    class State(models.TextChoices):
        OPEN = "OPEN", gettext_lazy("In progress")
        DONE = "DONE", gettext_lazy("Finished")
        FAILED = "FAILED", gettext_lazy("Stopped by an error")
        CANCELLED = "CANCELLED", gettext_lazy("Stopped")

    # Error codes; any other value of `error` is the name of an exception.
    DISABLED, KILLED, UNKNOWN = "disabled", "killed", "unknown"

    kind = models.CharField(max_length=30)
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="runs")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="runs")
    language = models.CharField(max_length=10, help_text="in which refusals of single rows are written")
    given = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    total = models.PositiveIntegerField(null=True, help_text="not known before the first step")
    done = models.PositiveIntegerField(default=0, help_text="rows that were treated, the refused ones included")
    refused = models.PositiveIntegerField(default=0)
    cursor = models.JSONField(null=True)
    found = models.JSONField(default=dict)
    error = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    beat_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], condition=Q(state="OPEN"), name="run_open"),
            models.Index(fields=["started_by", "created_at"], name="run_of_person"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state="OPEN", ended_at=None) | ~Q(state="OPEN"), name="run_open_no_end"),
            models.CheckConstraint(condition=Q(refused__lte=F("done")), name="run_refused_within_done"),
        ]

    @property
    def why_stopped(self) -> str:
        if self.error == self.DISABLED:
            return _("The account of the person who started it is disabled.")
        if self.error == self.KILLED:
            return _("The worker was killed at the same place several times.")
        if self.error == self.UNKNOWN:
            return _("This release does not support this kind of work.")
        return _("Unexpected error (%(name)s). See the log for details.") % {"name": self.error} if self.error else ""

    @property
    def is_open(self) -> bool:
        return self.state == Run.State.OPEN

    @property
    def can_go_on(self) -> bool:
        return self.state in (Run.State.FAILED, Run.State.CANCELLED)


class RunRow(models.Model):
    """One row of a run. It waits while `outcome` is empty; then `outcome` is the result code.

    `seen` is the version that was chosen. A row changed since then is refused as stale.
    """

    REFUSED = "refused"

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="rows")
    resource = models.CharField(max_length=30, blank=True, help_text="of the subject, where a run is over several")
    subject = models.UUIDField()
    seen = models.PositiveIntegerField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    said = models.CharField(max_length=500, blank=True, help_text="why it was refused")
    undo = models.JSONField(null=True, help_text="verb and answers that take it back, and the version that it left")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "subject"], name="run_row_once")]
        indexes = [models.Index(fields=["run", "outcome", "id"], name="run_row_by_outcome")]


class FailureQuerySet(models.QuerySet["Failure"]):
    def dead(self) -> Self:
        return self.filter(state=Failure.State.DEAD)

    def set_aside(self, now: datetime) -> Self:
        """Limits to what the next sweep skips: given up, discarded, or waiting for the next try."""
        return self.filter(~Q(state=Failure.State.WAITING) | Q(not_before__gt=now))


class Failure(models.Model):
    """A queue row that could not be processed, or a job that fails as a whole. It is deleted on success.

    It stores queue, key and error class, and nothing of the row's content.
    """

    JOBS = "job"  # the queue of whole jobs; the key is the job's name

    class State(models.TextChoices):
        WAITING = "WAITING", gettext_lazy("To be tried again")
        DEAD = "DEAD", gettext_lazy("Given up")
        DISCARDED = "DISCARDED", gettext_lazy("Discarded")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    queue = models.CharField(max_length=40)
    key = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=100, help_text="class and code, never the words of an exception")
    since = models.DateTimeField()
    not_before = models.DateTimeField()

    objects = FailureQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["queue", "key"], name="failure_once")]


class Heartbeat(models.Model):
    """When a part last did real work: the worker finished a job, or the scheduler's tick ran."""

    WORKER, SCHEDULER = "worker", "scheduler"

    part = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()
