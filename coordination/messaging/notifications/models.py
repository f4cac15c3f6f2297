"""Notices (通知) for agencies and people, made from the outbox. Content is resolved when read."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.work import SightGround
from agencies.organisations.models import Agency
from agencies.people.models import User


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(agency_id=actor.agency_id) if actor.is_staff else self.none()


class Notice(models.Model):
    """One notice for each event and agency, however often the job runs."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="notices")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="notices")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "agency"], name="notice_once")]
        indexes = [models.Index(fields=["agency", "-created_at"], name="notice_by_agency")]


class NoticeReason(models.TextChoices):
    """Why a person is notified; of several reasons the first in this order counts."""

    MENTIONED = "mentioned", _("You were mentioned")
    ASSIGNED = "assigned", _("It was assigned to you")
    ESCALATED = "escalated", _("It was escalated to you")
    IN_HAND = "in_hand", _("You are handling it")
    ASKED = "asked", _("You requested it")
    DECIDES = "decides", _("It is waiting for your decision")
    LEADS = "leads", _("It has no handler, and you lead the unit")
    REMINDED = "reminded", _("Your agency received a reminder about it, and you lead the unit")
    HOLDS_OFFICE = "office", _("It has no handler, and you are responsible for the agency")
    INFORMED = "informed", _("It is announced to you")


class Topic(models.TextChoices):
    """Topics of news; a person chooses the delivery of each."""

    DEADLINE = "deadline", _("Deadlines")
    DECISION = "decision", _("Matters waiting for my decision")
    ASKED = "asked", _("Items assigned to me or my unit, and mentions of me")
    OUTCOME = "outcome", _("Outcomes of what I did, sent or requested")
    NEWS = "news", _("Other steps in matters that I handle")


class When(models.TextChoices):
    NOW = "now", _("At once")
    DAILY = "daily", _("Once a day")
    OFF = "off", _("Never")


# Topics that trigger webhooks, and that mails count as urgent.
URGENT = frozenset({Topic.DEADLINE, Topic.DECISION})
# Notices of missed deadlines cannot be switched off.
NEVER_OFF = frozenset({Topic.DEADLINE})
USUAL = {topic: When.DAILY if topic == Topic.NEWS else When.NOW for topic in Topic}


class InboxQuerySet(models.QuerySet["InboxItem"]):
    def visible_to(self, actor: Actor) -> Self:
        """The actor's own items. Visibility of the subject is checked when the item is read."""
        return self.filter(person_id=actor.id) if actor.kind == "user" else self.none()

    def counting(self, now: datetime | None = None) -> Self:
        """Unread items whose time has come: immediate ones, and digest items from their digest on. Never those switched
        off."""
        return self.filter(counts_from__lte=now or times.now())

    def unread(self, now: datetime | None = None) -> Self:
        return self.counting(now).filter(read_at=None)


class InboxItem(models.Model):
    """One item for each event and person, for any number of reasons.

    `about` names the object whose visibility applies: the subject of the event, or what the reader sent and now gets
    the outcome of. `counts_from` is when it starts to count as unread; None: switched off.

    `sees`, `matter_id` and `wall_id` say by what the people of the person's agency see that object
    (`agencies.kernel.sights`). Where that does not show it, the object itself is asked.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="inbox_items")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="inbox")
    about_kind = models.CharField(max_length=20)
    about_id = models.UUIDField()
    sees = models.CharField(max_length=8, choices=SightGround.choices, blank=True, default=SightGround.ASKED)
    matter_id = models.UUIDField(null=True)
    wall_id = models.UUIDField(null=True)
    because = models.CharField(max_length=12, choices=NoticeReason.choices)
    topic = models.CharField(max_length=8, choices=Topic.choices)
    when = models.CharField(max_length=5, choices=When.choices, default=When.NOW, help_text="as chosen when heard")
    created_at = models.DateTimeField(default=timezone.now)
    counts_from = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = InboxQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "person"], name="inbox_once"),
            models.CheckConstraint(
                condition=models.Q(when="off", counts_from=None)
                | (~models.Q(when="off") & models.Q(counts_from__isnull=False)),
                name="inbox_off_never_counts",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-created_at"], name="inbox_by_person"),
            models.Index(
                fields=["person", "counts_from"],
                condition=models.Q(read_at=None, counts_from__isnull=False),
                name="inbox_unread",
            ),
            models.Index(
                fields=["counts_from"],
                condition=models.Q(read_at=None, counts_from__isnull=False),
                name="inbox_waiting",
            ),
        ]


class Preference(models.Model):
    """Delivery of one topic for a person; without a row, see USUAL."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="preferences")
    topic = models.CharField(max_length=8, choices=Topic.choices)
    when = models.CharField(max_length=5, choices=When.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "topic"], name="preference_one_per_topic"),
            models.CheckConstraint(
                condition=~models.Q(topic="deadline", when="off"), name="preference_deadlines_never_off"
            ),
        ]


class Habit(models.Model):
    """The hour of a person's digest (Shanghai time), and whether they get mail; without a row, the defaults."""

    EARLIEST, LATEST, USUAL_HOUR = 6, 20, 8

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="habit", primary_key=True)
    digest_hour = models.PositiveSmallIntegerField(default=USUAL_HOUR)
    by_mail = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(digest_hour__gte=6, digest_hour__lte=20), name="habit_hour_of_the_day"
            )
        ]
