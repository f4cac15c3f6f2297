"""Which drafts a person has opened: who signs the papers of a matter has read each of them."""

from typing import Self

from django.db import models

from agencies.kernel.actor import Actor
from agencies.people.models import User

from .outgoing import Paper


class PaperReadingQuerySet(models.QuerySet["PaperReading"]):
    def visible_to(self, actor: Actor) -> Self:
        """The person's own."""
        return self.filter(person=actor.id) if actor.kind == "user" else self.none()


class PaperReading(models.Model):
    """The version of a draft that a person opened last. A draft that was changed since has to be opened again."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="readings")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    read_at = models.DateTimeField()

    objects = PaperReadingQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "person"], name="paper_reading_once")]
