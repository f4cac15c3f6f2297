"""Notices of a file in which malware was found, for whoever has to do something about it."""

import uuid
from typing import Self

from django.db import models

from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.people.models import User


class QuarantineNoticeQuerySet(models.QuerySet["QuarantineNotice"]):
    def visible_to(self, actor: Actor) -> Self:
        """Each person their own."""
        return self.filter(person=actor.id) if actor.kind == "user" else self.none()

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def mark_read(self) -> int:
        return self.unread().update(read_at=times.now())


class QuarantineNotice(models.Model):
    """For one person, of one file; what was found stands in the event. Shown on the first page until it is read."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField(null=True, blank=True)

    objects = QuarantineNoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "person"], name="quarantine_notice_once")]
        indexes = [models.Index(fields=["person"], condition=models.Q(read_at=None), name="quarantine_notice_unread")]
