"""Channels (对外提醒): mail to a person, webhook of an agency. Both only say how many items wait.

Every message is a row created before sending and marked after. A worker killed in between sends it again under the same
id and never loses it.
"""

import hashlib
import secrets
import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor, Role
from agencies.organisations.models import Agency
from agencies.people.models import User

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
}


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
    """An address of an agency that is called when something urgent waits for one of its people.

    The secret is not stored. It is derived from the installation's key and `salt`, so that the database alone does not
    reveal it. `mark` shows whether the key is still the same.
    """

    FAILURES_UNTIL_REST = 5

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="webhooks")
    url = models.CharField(max_length=500)
    salt = models.CharField(max_length=32, default=new_salt)
    mark = models.CharField(max_length=16, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    failures = models.PositiveIntegerField(default=0, help_text="in a row")
    rests_until = models.DateTimeField(null=True, blank=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=60, blank=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "url"], name="webhook_once")]

    @property
    def secret(self) -> str:
        made = salted_hmac("coordination.messaging.channels.webhook", f"{self.pk}:{self.salt}", algorithm="sha256")
        return made.hexdigest()

    @property
    def mark_of_secret(self) -> str:
        return hashlib.sha256(self.secret.encode()).hexdigest()[:16]

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
        free = Q(leased_until=None) | Q(leased_until__lt=now)
        open_way = Q(webhook=None) | Q(webhook__in=Webhook.objects.ready(now).values("pk"))
        return self.waiting().filter(free, open_way, not_before__lte=now)


class Sending(models.Model):
    """An outgoing message. Its `id` is sent along, so that receivers recognise duplicates."""

    class Kind(models.TextChoices):
        NOW = "now", _("Mail at once")
        DIGEST = "digest", _("Daily digest")
        RING = "ring", _("Webhook")

    class State(models.TextChoices):
        WAITING = "WAITING", _("To be sent")
        SENT = "SENT", pgettext_lazy("webhook", "Sent")
        DROPPED = "DROPPED", _("No longer needed")
        DEAD = "DEAD", _("Given up")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    person = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    webhook = models.ForeignKey(Webhook, null=True, on_delete=models.CASCADE, related_name="rings")
    day = models.DateField(null=True, help_text="of a digest")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=60, blank=True, help_text="a code of ours, never the other side's words")

    objects = SendingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="ring", webhook__isnull=False, person=None)
                | (~Q(kind="ring") & Q(webhook=None, person__isnull=False)),
                name="sending_to_one",
            ),
            models.UniqueConstraint(fields=["person", "day"], condition=Q(kind="digest"), name="digest_once_a_day"),
            # At most one waiting message for each recipient: the next run collects the rest.
            models.UniqueConstraint(
                fields=["person"], condition=Q(kind="now", state="WAITING"), name="mail_waits_once"
            ),
            models.UniqueConstraint(fields=["webhook"], condition=Q(kind="ring", state="WAITING"), name="ring_once"),
        ]
        indexes = [
            models.Index(fields=["not_before"], condition=Q(state="WAITING"), name="sending_waiting"),
            models.Index(fields=["person", "-created_at"], name="sending_by_person"),
        ]

    @property
    def message_id(self) -> str:
        return f"<{self.pk}@{settings.PUBLIC_HOST}>"


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
