"""The read log (查阅日志): who read what when, and what was refused; with alerts. For auditors alone.

A row holds ids, a route and a time, no contents. It names a person and their address and is therefore personal data: a
job deletes it after `READ_LOG_DAYS`. Reads of confidential letters are recorded in the letter's own chain, so that the
log does not disclose a letter.
"""

import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor, Role
from agencies.kernel.records import Stateful


class ReadRecordQuerySet(models.QuerySet["ReadRecord"]):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.has_role(Role.AUDITOR) else self.none()


class ReadAlertQuerySet(models.QuerySet["ReadAlert"]):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.has_role(Role.AUDITOR) else self.none()


class ReadRecord(models.Model):
    """A response that showed contents, or a refusal (`status` 401, 403 or 404; then without an id)."""

    # Random and assigned when the row is written: a row imported twice stays one, and ids show no gaps.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(db_index=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=40)
    agency_id = models.BigIntegerField(null=True)
    address = models.CharField(max_length=45, help_text="the network address of the reader")
    route = models.CharField(max_length=60, help_text="name of the page or of the route of the API")
    object_kind = models.CharField(max_length=20, blank=True, help_text="as in the journal; empty for lists")
    object_id = models.UUIDField(null=True)
    status = models.PositiveSmallIntegerField()
    terms = models.CharField(max_length=200, blank=True, help_text="keyed digests of what was searched for")

    objects = ReadRecordQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["actor_id", "at"], name="reading_by_person"),
            models.Index(fields=["object_id", "at"], name="reading_by_object"),
        ]

    @property
    def is_refusal(self) -> bool:
        return self.status >= 400


class ReadAlert(Stateful):
    """A fact for an auditor to check: many reads in an hour, or a first read of a restricted case."""

    class State(models.TextChoices):
        OPEN = "OPEN", _("To be examined")
        SETTLED = "SETTLED", _("Examined")

    class Kind(models.TextChoices):
        VOLUME = "volume", _("Many reads in one hour")
        RESTRICTED = "restricted", _("First read of a restricted case")

    journal_kind = "read_alert"
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=40)
    agency_id = models.BigIntegerField(null=True)
    since = models.DateTimeField(help_text="the hour, or the first read")
    case_id = models.UUIDField(null=True)
    reads = models.PositiveIntegerField()

    objects = ReadAlertQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["actor_id", "since"], condition=models.Q(kind="volume"), name="read_alert_once_an_hour"
            ),
            models.UniqueConstraint(
                fields=["actor_id", "case_id"], condition=models.Q(kind="restricted"), name="read_alert_once_a_case"
            ),
        ]
        indexes = [models.Index(fields=["state", "since"], name="read_alert_by_state")]
