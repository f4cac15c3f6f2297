import uuid

from django.db import models
from django.utils import timezone

from agencies.organisations.models import Agency
from agencies.people.models import User


class ToyQuerySet(models.QuerySet["Toy"]):
    def visible_to(self, actor):
        return self.filter(agency_id=actor.agency_id)

    def open(self):
        return self.filter(state=Toy.State.NEW)


class Toy(models.Model):
    class State(models.TextChoices):
        NEW = "NEW", "New"
        PLAYED = "PLAYED", "Played"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=20)
    price = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ToyQuerySet.as_manager()
