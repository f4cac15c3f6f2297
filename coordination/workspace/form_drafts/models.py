"""A person's last look at their queues, and what they typed but have not submitted.

Private to the person, not actions on a case, and not in the journal.
"""

from datetime import timedelta
from typing import Self

from django.db import models

from agencies.kernel.actor import Actor
from agencies.people.models import User

MOST_DRAFTS = 50  # of one person; the oldest are deleted
KEPT = timedelta(days=7)


class LookQuerySet(models.QuerySet["LastLook"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(person=actor.id) if actor.kind == "user" else self.none()


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(person=actor.id) if actor.kind == "user" else self.none()


class LastLook(models.Model):
    """When a person last confirmed having seen their queues."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    objects = LookQuerySet.as_manager()


class Draft(models.Model):
    """Unsubmitted form contents of a person (未提交的草稿). `page` is the address the form is submitted to."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=300)
    fields = models.JSONField(help_text="name → values, as the form would send them")
    saved_at = models.DateTimeField(db_index=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "page"], name="draft_once_per_form")]
