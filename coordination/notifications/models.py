"""Notices (通知): what an organ heard of, made from the outbox. Content is resolved at reading time."""

from typing import Self

from django.db import models

from agencies.journal.models import Event
from agencies.kernel.actor import Actor
from agencies.organs.models import Agency


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(organ_id=actor.organ_id) if actor.is_staff else self.none()


class Notice(models.Model):
    """One event, one organ, one notice, however often the job runs."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="notices")
    organ = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="notices")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "organ"], name="notice_once")]
        indexes = [models.Index(fields=["organ", "-created_at"], name="notice_by_organ")]
