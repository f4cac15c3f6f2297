"""Reminder (催办函): a letter about late items to the agency that owes them, which answers why and by when."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.db.models.lookups import IsNull
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.lookups import is_among
from agencies.kernel.records import SOON
from agencies.organisations.models import Agency
from agencies.people.models import User
from agencies.work.models import WorkItem
from cases.clocks.models import Clock, Side, Timed
from coordination.exchange.letters.models import Letter, OpenQuerySet, optional_link

from .late import CHASE, visible_rows


def _sees_an_item(actor: Actor, about: Collection[str] | None = None) -> Q:
    """Checked letter by letter, as `is_among`, because most letters that are counted are found without it."""
    visible = ReminderItem.objects.with_visible_subject(actor, about).filter(letter=OuterRef("pk"))
    return Q(IsNull(Subquery(visible.order_by().values("pk")[:1]), False))


def _for_the_whole_centre() -> Any:
    return WorkItem.objects.filter(kind="reminder", object_id=OuterRef("pk"), restricted=False)


class ReminderQuerySet(OpenQuerySet["Reminder"]):
    def visible_to(self, actor: Actor, about: Collection[str] | None = None) -> Self:
        """Reminders of the sending and the receiving agency and the centre, while the actor sees one of the items.

        With `about` only items about these subjects count (`ReminderItemQuerySet.with_subject`). A query for all kinds
        takes long to plan.
        """
        if not actor.reads_cases:
            return self.none()
        own = Q() if actor.is_centre else Q(sender_id=actor.agency_id) | Q(agency_id=actor.agency_id)
        return self.filter(own, _sees_an_item(actor, about))

    def counted_for(self, actor: Actor) -> Self:
        """As many as `visible_to`, for counts only: the work item says of most letters that all readers of the centre
        see them, and of the others only the subjects that occur are asked. What is shown is read through
        `visible_to`."""
        if not actor.reads_cases:
            return self.none()
        if actor.is_centre:
            mine, open_to_all = self, Q(Exists(_for_the_whole_centre()))
        else:
            mine = self.filter(Q(sender_id=actor.agency_id) | Q(agency_id=actor.agency_id))
            open_to_all = Q(pk__in=[])
        items: Any = ReminderItem.objects.filter(letter__in=mine.exclude(open_to_all).values("pk")).with_subject()
        subjects = set(items.order_by().values_list("subject", flat=True).distinct())
        return mine.filter(open_to_all | _sees_an_item(actor, subjects))

    def waiting_on(self, agency_id: int | None) -> Self:
        """Reminders to which this agency owes a reply."""
        return self.filter(agency_id=agency_id, state=Reminder.State.SENT)

    def overdue(self, now: datetime | None = None) -> Self:
        """Reminders whose reply is late."""
        return self.filter(state=Reminder.State.SENT, breach_at__lt=now or times.now())

    def soon(self, now: datetime | None = None) -> Self:
        now = now or times.now()
        return self.filter(state=Reminder.State.SENT, due_at__lte=now + SOON, breach_at__gte=now)

    def failed(self, now: datetime | None = None) -> Self:
        """Reminders that brought neither a reply in time nor the items by the announced day."""
        now = now or times.now()
        missed = Q(state=Reminder.State.ANSWERED, expected_on__lt=timezone.localdate(now))
        return self.filter(Q(state=Reminder.State.SENT, breach_at__lt=now) | missed)


class Reminder(Timed, Letter):
    """A letter from one agency to another about late items.

    It stores only references to the items. Titles are read from the items by readers who still see them. `answer` and
    `expected_on` are the last reply.
    """

    class State(models.TextChoices):
        SENT = "SENT", _("Sent, reply awaited")
        ANSWERED = "ANSWERED", _("Answered, not done yet")
        OFFICE = "OFFICE", _("Referred to the Coordination Mechanism Office")
        CLOSED = "CLOSED", _("Done")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    OPEN_STATES = (State.SENT, State.ANSWERED, State.OFFICE)

    clock_kind = CHASE
    clock_label = _("Reminder")
    clock_handler = F("handler")

    sender = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="reminders_received")
    writer = optional_link(User)
    handler = optional_link(User)
    state = models.CharField(max_length=9, choices=State.choices, default=State.SENT)
    number = models.CharField(max_length=60)
    sent_at = models.DateTimeField()
    remark = models.TextField(blank=True)
    repeats = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    expected_on = models.DateField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    office_paper = models.CharField(max_length=200, blank=True)
    ending_reason = models.TextField(blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sender", "number"], name="reminder_number_in_agency"),
            models.CheckConstraint(condition=~Q(sender=F("agency")), name="reminder_between_two"),
            models.CheckConstraint(
                condition=~Q(state="ANSWERED") | Q(answered_at__isnull=False, expected_on__isnull=False),
                name="reminder_answered_has_day",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "state"], name="reminder_by_agency"),
            models.Index(fields=["sender", "state"], name="reminder_by_sender"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def has_failed(self) -> bool:
        """`ReminderQuerySet.failed` for a single letter."""
        if self.state == self.State.SENT:
            return self.breach_at is not None and self.breach_at < times.now()
        missed = self.expected_on is not None and self.expected_on < times.today()
        return self.state == self.State.ANSWERED and missed

    def clock_agencies(self) -> dict[str, int | None]:
        return {Side.SENDER: self.sender_id, Side.RECEIVER: self.agency_id, Side.AGENCY: self.agency_id}


class ReminderItemQuerySet(models.QuerySet["ReminderItem"]):
    def with_subject(self) -> Self:
        """Adds `subject`, the kind of the item and, of a period, what the period is about: "task ", "clock lead"."""
        clock = Clock.objects.filter(pk=OuterRef("thing_id")).values("subject_kind")[:1]
        name = Concat("kind", Value(" "), Coalesce(Subquery(clock), Value("")), output_field=models.CharField())
        return self.annotate(subject=name)

    def with_visible_subject(self, actor: Actor, about: Collection[str] | None = None) -> Self:
        """Items whose subject the actor sees now; with `about` only of these subjects."""
        seen: Any = Q(pk__in=[])  # typed as Any: a Q that contains a condition on another model
        for kind, rows in visible_rows(actor, about).items():
            seen |= Q(kind=kind) & is_among(rows, "thing_id")
        return self.filter(seen)

    def visible_to(self, actor: Actor) -> Self:
        return self.with_visible_subject(actor).filter(letter__in=Reminder.objects.visible_to(actor).values("pk"))

    def standing(self) -> Self:
        return self.filter(standing=True)


class ReminderItem(models.Model):
    """A late item in a letter. It is open until no longer late or the letter is withdrawn; meanwhile no second letter
    of the same agency can name it."""

    letter = models.ForeignKey(Reminder, on_delete=models.CASCADE, related_name="items")
    sender = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    thing_id = models.UUIDField()
    late_since = models.DateTimeField(help_text="since when it was late, as the letter says")
    standing = models.BooleanField(default=True)
    met_at = models.DateTimeField(null=True, blank=True, help_text="when it was found to be late no more")

    objects = ReminderItemQuerySet.as_manager()

    class Meta:
        ordering = ["late_since", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["letter", "kind", "thing_id"], name="reminder_item_once"),
            models.UniqueConstraint(
                fields=["sender", "kind", "thing_id"], condition=Q(standing=True), name="reminder_one_standing"
            ),
        ]
        indexes = [models.Index(fields=["kind", "thing_id"], name="reminder_item_by_thing")]
