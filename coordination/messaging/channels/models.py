"""Channels (对外提醒): mail to a person, webhook of an agency. Both only say how many items wait; the webhook of a
connected system gets the events of its feed.

Every message is a row created before sending and marked after. A worker killed in between sends it again under the same
id and never loses it.
"""

import base64
import hashlib
import secrets
import uuid
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor, Role
from agencies.machines.models import ApiClient
from agencies.organisations.models import Agency
from agencies.people.models import User
from coordination.messaging.feeds.models import FeedEntry

# Error codes as stored, with texts for people. A status of the other side ("HTTP 500") is shown as it is.
ERRORS = {
    "not an address": _("the address is wrong"),
    "not https": _("the address is not https"),
    "name not found": _("the name is not found"),
    "private address": _("the address is a private one"),
    "port not allowed": _("calls to this port are not allowed"),
    "timeout": _("no response in time"),
    "no answer": _("unreadable response"),
    "certificate or TLS": _("the certificate is not trusted"),
    "redirect refused": _("redirects are refused"),
    "secret to be renewed": _("the secret must be renewed"),
    "no key": _("the system has no valid key with the scope events:read"),
}
TWO_SECRETS = timedelta(days=7)
"""For how long calls are signed with the former secret too, so that the receiver can change without interruption."""
PATIENCE = timedelta(days=3)
"""For how long a call is tried before it is given up."""


def new_salt() -> str:
    return secrets.token_hex(16)


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def visible_to(self, actor: Actor) -> Self:
        """For the security administrator every webhook; for an agency's administrator its own."""
        if actor.has_role(Role.SECADMIN):
            return self
        return self.filter(agency_id=actor.agency_id) if actor.has_role(Role.AGENCY_ADMIN) else self.none()

    def ready(self, now: datetime) -> Self:
        """Switched on, and not pausing after failures."""
        return self.filter(Q(rests_until=None) | Q(rests_until__lte=now), is_active=True)


class Webhook(models.Model):
    """An address of an agency. It is called when something urgent waits for one of its people or, if it belongs to a
    system, with each event of the feed of this system.

    The secrets are not stored. They are derived from the installation's key and a salt, so that the database alone does
    not reveal them. `mark` shows whether the key is still the same. `number` is that of the last planned event. Events
    leave only once another person than `registered_by` has switched the address on.
    """

    FAILURES_UNTIL_REST = 5

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="webhooks")
    client = models.ForeignKey(ApiClient, null=True, blank=True, on_delete=models.PROTECT, related_name="webhooks")
    url = models.CharField(max_length=500)
    salt = models.CharField(max_length=32, default=new_salt)
    former_salt = models.CharField(max_length=32, blank=True)
    renewed_at = models.DateTimeField(null=True, blank=True)
    mark = models.CharField(max_length=16, blank=True)
    is_active = models.BooleanField(default=True)
    registered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    failures = models.PositiveIntegerField(default=0, help_text="in a row")
    rests_until = models.DateTimeField(null=True, blank=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=60, blank=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "url"], name="webhook_once"),
            models.CheckConstraint(
                condition=Q(client=None) | Q(is_active=False) | Q(confirmed_by__isnull=False),
                name="webhook_of_events_is_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def secret(self) -> str:
        """As in Standard Webhooks: `whsec_` and 32 bytes in base64."""
        return self._secret_of(self.salt)

    @property
    def live_secrets(self) -> list[str]:
        """The secrets that calls are signed with: the present one and, for a while, the former one."""
        is_former_valid = self.former_until is not None and self.former_until > times.now()
        return [self.secret, self._secret_of(self.former_salt)] if is_former_valid else [self.secret]

    @property
    def former_until(self) -> datetime | None:
        """Until when the former secret is used too; None if there never was one."""
        return self.renewed_at + TWO_SECRETS if self.renewed_at else None

    def _secret_of(self, salt: str) -> str:
        made = salted_hmac("coordination.messaging.channels.webhook", f"{self.pk}:{salt}", algorithm="sha256")
        return f"whsec_{base64.b64encode(made.digest()).decode()}"

    @property
    def mark_of_secret(self) -> str:
        """A digest of the secret. Its text is hexadecimal, as that of secrets before the standard was adopted."""
        secret = base64.b64decode(self.secret.removeprefix("whsec_")).hex()
        return hashlib.sha256(secret.encode()).hexdigest()[:16]

    @property
    def awaits_confirmation(self) -> bool:
        """Whether it is for events, and no second person has switched it on yet."""
        return self.client_id is not None and self.confirmed_by_id is None

    @property
    def is_resting(self) -> bool:
        return self.rests_until is not None and self.rests_until > times.now()

    @property
    def error_text(self) -> str:
        return str(ERRORS.get(self.last_error, self.last_error))

    @property
    def refusals(self) -> "SendingQuerySet":
        return Sending.objects.filter(webhook=self, state=Sending.State.DEAD)


class SendingQuerySet(models.QuerySet["Sending"]):
    def visible_to(self, actor: Actor) -> Self:
        """Messages to visible webhooks. Mails are not listed for any user."""
        return self.filter(webhook__in=Webhook.objects.visible_to(actor).values("pk"))

    def waiting(self) -> Self:
        return self.filter(state=Sending.State.WAITING)

    def due(self, now: datetime) -> Self:
        """Messages that may be sent now. An event waits for the earlier ones of its object, also for those given up; a
        test is sent to a webhook that pauses, too."""
        free = Q(leased_until=None) | Q(leased_until__lt=now)
        open_way = Q(webhook=None) | Q(webhook__in=Webhook.objects.ready(now).values("pk"))
        open_way |= Q(kind=Sending.Kind.TEST, webhook__is_active=True)
        earlier = Sending.objects.filter(
            state__in=[Sending.State.WAITING, Sending.State.DEAD],
            webhook=OuterRef("webhook"),
            about=OuterRef("about"),
            entry__lt=OuterRef("entry"),
        )
        return self.waiting().filter(free, open_way, ~Exists(earlier), not_before__lte=now)


class Sending(models.Model):
    """An outgoing message. Its `id`, or that of the event, is sent along, so that receivers recognise duplicates.

    `about` is the object of the event.
    """

    class Kind(models.TextChoices):
        NOW = "now", _("Mail at once")
        DIGEST = "digest", _("Daily digest")
        RING = "ring", _("Urgent items")
        EVENT = "event", _("Event")
        TEST = "test", _("Test")

    class State(models.TextChoices):
        WAITING = "WAITING", _("To be sent")
        SENT = "SENT", pgettext_lazy("webhook", "Sent")
        DROPPED = "DROPPED", _("No longer needed")
        DEAD = "DEAD", _("Given up")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    person = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    webhook = models.ForeignKey(Webhook, null=True, on_delete=models.CASCADE, related_name="rings")
    entry = models.ForeignKey(FeedEntry, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    about = models.UUIDField(null=True)
    day = models.DateField(null=True, help_text="of a digest")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)
    gives_up_at = models.DateTimeField(null=True, help_text="of a call; a mail is given up after some attempts")
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=60, blank=True, help_text="a code of ours, never the other side's words")

    objects = SendingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=("ring", "event", "test"), webhook__isnull=False, person=None)
                | Q(kind__in=("now", "digest"), webhook=None, person__isnull=False),
                name="sending_to_one",
            ),
            models.CheckConstraint(
                condition=Q(kind="event", entry__isnull=False, about__isnull=False)
                | (~Q(kind="event") & Q(entry=None, about=None)),
                name="sending_of_one_event",
            ),
            models.UniqueConstraint(fields=["person", "day"], condition=Q(kind="digest"), name="digest_once_a_day"),
            # At most one waiting message for each recipient: the next run collects the rest.
            models.UniqueConstraint(
                fields=["person"], condition=Q(kind="now", state="WAITING"), name="mail_waits_once"
            ),
            models.UniqueConstraint(fields=["webhook"], condition=Q(kind="ring", state="WAITING"), name="ring_once"),
            models.UniqueConstraint(fields=["webhook", "entry"], condition=Q(kind="event"), name="event_sent_once"),
        ]
        indexes = [
            models.Index(fields=["not_before"], condition=Q(state="WAITING"), name="sending_waiting"),
            models.Index(fields=["person", "-created_at"], name="sending_by_person"),
            models.Index(fields=["webhook", "-created_at"], name="sending_by_webhook"),
            models.Index(
                fields=["webhook", "about", "entry"],
                condition=Q(state__in=("WAITING", "DEAD"), kind="event"),
                name="sending_order",
            ),
            models.Index(fields=["entry"], name="sending_by_entry"),
        ]

    @property
    def message_id(self) -> str:
        return f"<{self.pk}@{settings.PUBLIC_HOST}>"

    @property
    def error_text(self) -> str:
        return str(ERRORS.get(self.last_error, self.last_error))

    @property
    def type(self) -> str:
        """What it carries, without contents: the type of the event, else of the message."""
        return self.entry.type if self.entry else str(self.get_kind_display())


class Attempt(models.Model):
    """One call of a webhook: when, what came of it and how long it took. Bodies are not kept."""

    sending = models.ForeignKey(Sending, on_delete=models.CASCADE, related_name="calls")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, help_text="of HTTP; none if there was no answer")
    error = models.CharField(max_length=60, blank=True)
    milliseconds = models.PositiveIntegerField()

    class Meta:
        ordering = ["at", "pk"]

    @property
    def error_text(self) -> str:
        return str(ERRORS.get(self.error, self.error))


class AnnouncedEvent(models.Model):
    """An event that a message announced to a recipient: once for each person and once for each webhook."""

    sending = models.ForeignKey(Sending, on_delete=models.CASCADE, related_name="carried")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    webhook = models.ForeignKey(Webhook, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "person"], condition=Q(person__isnull=False), name="carried_once_to_person"
            ),
            models.UniqueConstraint(
                fields=["event", "webhook"], condition=Q(webhook__isnull=False), name="carried_once_to_webhook"
            ),
        ]
