"""Notices of an infected file, for the people who must act on it."""

import uuid
from typing import Self

from django.db import models

from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.people.models import User


class QuarantineNoticeQuerySet(models.QuerySet["QuarantineNotice"]):
    def visible_to(self, actor: Actor) -> Self:
        """The person's own notices."""
        return self.filter(person=actor.id) if actor.kind == "user" else self.none()

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def mark_read(self) -> int:
        return self.unread().update(read_at=times.now())


class QuarantineNotice(models.Model):
    """For one person and one file. The event names the malware. Shown on the home page until it is read."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField(null=True, blank=True)

    objects = QuarantineNoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "person"], name="quarantine_notice_once")]
        indexes = [models.Index(fields=["person"], condition=models.Q(read_at=None), name="quarantine_notice_unread")]
