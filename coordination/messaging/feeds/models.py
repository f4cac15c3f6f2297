"""Feeds (事件流): what happened to the objects that a connected system sees, numbered without gaps for it alone.

An entry stores no content. It names an event of the journal; what the reader may know of it is decided when it is read.
"""

import uuid
from datetime import timedelta
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel.actor import Actor
from agencies.machines.models import ApiClient, ApiKey

KEPT = timedelta(days=30)
"""For how long entries are kept, and for how long a feed goes on after its last key ended."""


class Feed(models.Model):
    """The feed of one system.

    `last` is the number of its newest entry, `forgotten` the highest number that is no longer kept. The journal was
    read from `began_at` until `until`. The row is also the lock of who gives numbers.
    """

    client = models.OneToOneField(ApiClient, on_delete=models.CASCADE, primary_key=True, related_name="feed")
    began_at = models.DateTimeField()
    until = models.DateTimeField()
    last = models.PositiveBigIntegerField(default=0)
    forgotten = models.PositiveBigIntegerField(default=0)
    is_followed = models.BooleanField(default=True, help_text="False once its last key has ended for long")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(forgotten__lte=F("last")), name="feed_forgets_what_it_had")]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.last}"


class FeedEntryQuerySet(models.QuerySet["FeedEntry"]):
    def visible_to(self, actor: Actor) -> Self:
        """For a connected system with the scope, the entries of its own feed. What they say is decided when read."""
        if actor.kind == "machine" and ApiKey.Scope.EVENTS_READ in actor.scopes:
            return self.filter(feed=UUID(actor.id))
        return self.none()


class FeedEntry(models.Model):
    """One event in one feed. Readers know it by `number` and `key`; the serial id would show how much others do."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="entries")
    number = models.PositiveBigIntegerField(help_text="1, 2, 3 … of this feed")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = FeedEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["feed", "number"], name="feed_number_once"),
            models.UniqueConstraint(fields=["feed", "event"], name="feed_event_once"),
        ]

    @property
    def type(self) -> str:
        """Kind and verb, as in outcomes: `referral.accept`."""
        return f"{self.event.object_kind}.{self.event.verb}"
