from django.db import models
from django.utils import timezone


class ToyQuerySet(models.QuerySet["Toy"]):
    def visible_to(self, actor):
        return self


class Toy(models.Model):
    class State(models.TextChoices):
        NEW = "NEW", "New"
        PLAYED = "PLAYED", "Played"

    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=20)
    price = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ToyQuerySet.as_manager()
