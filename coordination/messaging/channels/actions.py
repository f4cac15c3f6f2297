"""Manages webhooks and messages that were given up."""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.work import atomic
from agencies.machines.models import ApiClient
from agencies.organisations.actions import agency_stream
from agencies.organisations.models import Agency
from agencies.runs.actions import record_dead_letter, require_changed
from coordination.messaging.feeds.models import Feed
from coordination.messaging.feeds.sight import EVENTS_READ

from .access import may_manage_webhooks, may_switch_off, may_switch_on
from .models import PATIENCE, AnnouncedEvent, Sending, Webhook, new_salt
from .webhook_calls import WebhookFailed, refuse_port, target_of

MOST = 1_000
KEPT = timedelta(days=30)  # ten times as long as anything is looked at again


def delete_sent() -> int:
    """Deletes sent and empty messages after a month; abandoned ones stay. Returns the number deleted."""
    before = times.now() - KEPT
    over = Sending.objects.filter(state__in=[Sending.State.SENT, Sending.State.DROPPED], created_at__lt=before)
    return Sending.objects.filter(pk__in=list(over.values_list("pk", flat=True)[:MOST])).delete()[0]


# Abandoned messages --------------------------------------------------------------------------------------------------
MERGED = (Sending.Kind.NOW, Sending.Kind.RING)  # at most one waits, and it counts what is unread


def retry_sending(sending: Sending, *, actor: Actor) -> None:
    """The system administrator sends a message that was given up again."""
    with atomic():
        _send_again(sending)
        record_dead_letter("retry", sending.kind, sending.pk, actor=actor)


def discard_sending(sending: Sending, *, actor: Actor, reason: str) -> None:
    """The system administrator discards it. Its items remain in the inbox, its event in the feed."""
    with atomic():
        _discard(sending)
        record_dead_letter("discard", sending.kind, sending.pk, actor=actor, reason=reason)


def _send_again(sending: Sending) -> None:
    """If another message that counts items waits for the same reader, that one takes over its items."""
    same = Sending.objects.waiting().filter(kind=sending.kind, person=sending.person_id, webhook=sending.webhook_id)
    waiting = same.first() if sending.kind in MERGED else None
    dead = Sending.objects.filter(pk=sending.pk, state=Sending.State.DEAD)
    if waiting is None:
        now = times.now()
        anew = {"attempts": 0, "not_before": now, "gives_up_at": now + PATIENCE, "last_error": ""}
        require_changed(dead.update(state=Sending.State.WAITING, **anew))
    else:
        require_changed(dead.update(state=Sending.State.DROPPED))
        AnnouncedEvent.objects.filter(sending=sending).update(sending=waiting)


def _discard(sending: Sending) -> None:
    dead = Sending.objects.filter(pk=sending.pk, state=Sending.State.DEAD)
    require_changed(dead.update(state=Sending.State.DROPPED))


# Webhooks ------------------------------------------------------------------------------------------------------------
def register_webhook(agency: Agency, url: str, *, actor: Actor, client: ApiClient | None = None) -> Webhook:
    """Registers a webhook of an agency: for urgent items or, with `client`, for the events of this system from now on.

    Its secret is shown once, to the person who registers it. One for events stays off until a second person switches it
    on.
    """
    _refuse(may_manage_webhooks(actor, agency.pk))
    _refuse_address(url)
    if client is not None and (client.agency_id != agency.pk or not client.scopes_with(EVENTS_READ)):
        detail = _("Choose a system of your agency that has a valid key with the scope %(scope)s.")
        raise Invalid.field("system", "choice", detail % {"scope": EVENTS_READ.value})
    feed = Feed.objects.filter(client=client).first() if client else None
    try:
        with atomic():
            webhook = Webhook(
                agency=agency,
                url=url,
                client=client,
                is_active=client is None,
                registered_by_id=actor.person_id,
                number=feed.last if feed else 0,
            )
            webhook.mark = webhook.mark_of_secret
            webhook.save(force_insert=True)
            _record(webhook, "register_webhook", actor)
    except IntegrityError as taken:
        raise Invalid.field("url", "taken", _("This address is already registered.")) from taken
    return webhook


def _refuse_address(url: str) -> None:
    try:
        target = target_of(url)
    except WebhookFailed as wrong:
        detail = _("Enter an address that begins with https://, without user name or fragment.")
        raise Invalid.field("url", "invalid", detail) from wrong
    try:
        refuse_port(target, settings.WEBHOOK_PORTS)
    except WebhookFailed as wrong:
        ports = ", ".join(map(str, settings.WEBHOOK_PORTS))
        detail = _("Calls to port %(port)d are not allowed; allowed ports: %(ports)s.")
        raise Invalid.field("url", "port", detail % {"port": target.port, "ports": ports}) from wrong


def renew_secret(webhook: Webhook, *, actor: Actor) -> Webhook:
    """Replaces the secret. For some days calls are signed with the former one too, so that the receiver can change."""
    _refuse(may_manage_webhooks(actor, webhook.agency_id))
    with atomic():
        webhook.former_salt, webhook.salt, webhook.renewed_at = webhook.salt, new_salt(), times.now()
        webhook.mark = webhook.mark_of_secret
        webhook.save(update_fields=["salt", "former_salt", "renewed_at", "mark"])
        _record(webhook, "renew_webhook", actor)
    return webhook


def switch_webhook(webhook: Webhook, *, actor: Actor, active: bool) -> None:
    """Switches it off or on. Switching on resets its failures; events that came meanwhile are sent."""
    if active and webhook.awaits_confirmation and not may_switch_on(actor, webhook):
        raise Forbidden(
            _("Another administrator of the agency, or the security administrator, switches it on for the first time.")
        )
    _refuse(may_switch_on(actor, webhook) if active else may_switch_off(actor, webhook.agency_id))
    second = {"confirmed_by": actor.person_id} if active and webhook.awaits_confirmation else {}
    with atomic():
        changed = Webhook.objects.filter(pk=webhook.pk, is_active=not active)
        if not changed.update(is_active=active, failures=0, rests_until=None, last_error="", **second):
            raise TransitionRefused.because("state", _("It already has this state."))
        _record(webhook, "switch_webhook_on" if active else "switch_webhook_off", actor)


def send_test(webhook: Webhook, *, actor: Actor) -> Sending:
    """Plans a call without contents, which is tried once, also while the webhook pauses."""
    _refuse(may_manage_webhooks(actor, webhook.agency_id))
    if not webhook.is_active:
        raise TransitionRefused.because("state", _("Switch the webhook on first."))
    if Sending.objects.waiting().filter(webhook=webhook, kind=Sending.Kind.TEST).exists():
        raise TransitionRefused.because("state", _("A test is on its way."))
    with atomic():
        sending = Sending.objects.create(kind=Sending.Kind.TEST, webhook=webhook)
        _record(webhook, "test_webhook", actor)
    return sending


def call_webhook_again(webhook: Webhook, *, actor: Actor, only: Sending | None = None) -> int:
    """Sends messages that were given up again, all or one: events in their order, counts of urgent items as one with
    what is still unread. Returns how many."""
    _refuse(may_manage_webhooks(actor, webhook.agency_id))
    with atomic():
        given_up = webhook.refusals.select_for_update().order_by("entry", "created_at")
        dead = list(given_up if only is None else given_up.filter(pk=only.pk))
        if not dead:
            raise TransitionRefused.because("state", _("No message was given up."))
        for sending in dead:
            _send_again(sending)
        Webhook.objects.filter(pk=webhook.pk).update(failures=0, rests_until=None)
        _record(webhook, "call_webhook_again", actor)
    return len(dead)


def discard_call(webhook: Webhook, sending: Sending, *, actor: Actor, reason: str) -> None:
    """Discards one message that was given up, so that later events of its object are sent. The receiver sees that its
    number is missing, and may read it in the feed."""
    _refuse(may_manage_webhooks(actor, webhook.agency_id))
    if not reason.strip():
        raise Invalid.field("reason", "required", _("This field is required."))
    with atomic():
        _discard(sending)
        _record(webhook, "discard_webhook_call", actor, reason=reason.strip())


def _refuse(allowed: bool) -> None:
    if not allowed:
        raise Forbidden(_("Webhooks are managed by the administrator of their agency."))


def _record(webhook: Webhook, verb: str, actor: Actor, reason: str = "") -> None:
    record_event(
        agency_stream(webhook.agency),
        actor=actor,
        action=Action(verb, "webhook", webhook.pk, data={"host": target_of(webhook.url).host}, reason=reason),
        audience=Audience(Event.Visibility.OWN),
    )
