"""Webhooks over JSON, for their administrators: addresses, health, a new secret, calls."""

from functools import partial
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateTimeField,
    IntegerField,
    RegexField,
    UUIDField,
)

from agencies.kernel.paging import page_of
from agencies.kernel.permissions import MACHINES
from agencies.kernel.shapes import Shape
from agencies.kernel.strict import Strict
from agencies.machines.models import ApiClient
from agencies.organisations.models import Agency
from agencies.people.shapes import AgencyShape
from coordination.messaging.channels.actions import (
    call_webhook_again,
    discard_call,
    register_webhook,
    renew_secret,
    send_test,
    switch_webhook,
)
from coordination.messaging.channels.models import Sending, Webhook
from coordination.messaging.channels.views import DEFAULT_SORT, GIVEN_UP, SORTS, calls_of

from . import shapes
from .operations import Call, get, post
from .schema import paging


class WebhookShape(Shape):
    """One webhook. `failures` counts consecutive ones; `given_up` messages wait to be sent again."""

    id = UUIDField()
    agency = AgencyShape()
    url = CharField()
    system = UUIDField(
        source="client_id", allow_null=True, help_text=_("Whose events it receives; null: the number of urgent items.")
    )
    is_active = BooleanField()
    awaits_confirmation = BooleanField(help_text=_("Another person has to switch it on for the first time."))
    created_at = DateTimeField()
    last_ok_at = DateTimeField(allow_null=True)
    last_error = CharField()
    failures = IntegerField()
    rests_until = DateTimeField(allow_null=True)
    given_up = IntegerField()


class SecretShape(Shape):
    """The secret is shown once and not stored. A repeated request gets null; the caller then has to renew the
    secret."""

    id = UUIDField()
    url = CharField()
    secret = CharField(allow_null=True)


class RegisterInput(Strict):
    url = RegexField(r"^https://[^\s@#]+$", max_length=500)
    system = UUIDField(required=False, allow_null=True, help_text=_("Whose events it receives."))


class SwitchInput(Strict):
    active = BooleanField()


class AttemptShape(Shape):
    """One call; `status` is that of HTTP, null if there was no answer."""

    at = DateTimeField()
    status = IntegerField(allow_null=True)
    error = CharField()
    milliseconds = IntegerField()


class DeliveryShape(Shape):
    """One message of a webhook, without its content; `sequence` is that of the event in the feed."""

    id = UUIDField()
    kind = ChoiceField(choices=Sending.Kind.choices)
    type = CharField()
    sequence = IntegerField(source="entry.number", default=None, allow_null=True)
    object_id = UUIDField(source="about", allow_null=True)
    state = ChoiceField(choices=Sending.State.choices)
    created_at = DateTimeField()
    not_before = DateTimeField()
    last_error = CharField()
    attempts = AttemptShape(source="calls", many=True)


class DeliveriesShape(shapes.PageShape):
    results = DeliveryShape(many=True)


class CallAgainInput(Strict):
    delivery = UUIDField(required=False, allow_null=True, help_text=_("Only this one."))


class DiscardCallInput(Strict):
    delivery = UUIDField()
    reason = CharField(max_length=500)


def _webhooks(call: Call) -> Any:
    listed = Webhook.objects.visible_to(call.actor).select_related("agency", "client")
    return listed.annotate(given_up=GIVEN_UP)


def _find(call: Call, pk: Any) -> Webhook:
    found: Webhook = get_object_or_404(_webhooks(call), pk=pk)
    return found


def _with_secret(call: Call, pk: str) -> Any:
    """The webhook with its secret, the first time only."""
    webhook = _find(call, pk)
    return {"id": webhook.pk, "url": webhook.url, "secret": call.once.get("secret")}


@get(
    "webhooks/",
    "list",
    _("List"),
    _("The webhooks that the caller manages or may switch off."),
    permission=MACHINES,
    answers=[WebhookShape],
)
def webhooks(call: Call) -> Any:
    return _webhooks(call).order_by("-created_at", "pk")


@post(
    "webhooks/",
    "register",
    _("Register a webhook"),
    _(
        "Registers a webhook of the caller's agency; its secret is shown only in this response. A second person "
        "switches on one for the events of a system."
    ),
    permission=MACHINES,
    accepts=RegisterInput,
    answers=SecretShape,
    statuses=(201,),
    then=_with_secret,
)
def register(call: Call) -> list[Any]:
    system = call.given.get("system")
    client = get_object_or_404(ApiClient.objects.visible_to(call.actor), pk=system) if system else None
    agency = Agency.objects.get(pk=call.actor.own_agency)
    webhook = register_webhook(agency, call.given["url"], actor=call.actor, client=client)
    call.once["secret"] = webhook.secret
    return [webhook.pk]


@post(
    "webhooks/<uuid:pk>/switch/",
    "switch",
    _("Switch a webhook on or off"),
    _("Switches a webhook on or off."),
    permission=MACHINES,
    accepts=SwitchInput,
    answers=WebhookShape,
    then=_find,
)
def switch(call: Call, pk: UUID) -> list[Any]:
    switch_webhook(_find(call, pk), actor=call.actor, active=call.given["active"])
    return [pk]


@post(
    "webhooks/<uuid:pk>/renew/",
    "renew",
    _("Renew secret"),
    _("Creates a new secret, shown once. For a week calls are signed with the former one too."),
    permission=MACHINES,
    answers=SecretShape,
    then=_with_secret,
)
def renew(call: Call, pk: UUID) -> list[Any]:
    call.once["secret"] = renew_secret(_find(call, pk), actor=call.actor).secret
    return [pk]


@get(
    "webhooks/<uuid:pk>/deliveries/",
    "list_deliveries",
    _("List deliveries"),
    _("The messages of the last 30 days with each attempt, newest first."),
    permission=MACHINES,
    query=partial(paging, back=True),
    answers=DeliveriesShape,
)
def deliveries(call: Call, pk: UUID) -> Any:
    page = page_of(calls_of(_find(call, pk)), call.query, sorts=SORTS, default=DEFAULT_SORT, size=call.size)
    return call.paged(page, page.items)


@post(
    "webhooks/<uuid:pk>/test/",
    "test",
    _("Send a test"),
    _("Plans a call without contents, which is tried once. The list of deliveries shows what came of it."),
    permission=MACHINES,
    answers=WebhookShape,
    then=_find,
)
def test(call: Call, pk: UUID) -> list[Any]:
    send_test(_find(call, pk), actor=call.actor)
    return [pk]


@post(
    "webhooks/<uuid:pk>/again/",
    "again",
    _("Send again"),
    _("Sends messages that were given up again: events in their order, numbers of urgent items combined into one."),
    permission=MACHINES,
    accepts=CallAgainInput,
    answers=WebhookShape,
    then=_find,
)
def again(call: Call, pk: UUID) -> list[Any]:
    webhook, only = _find(call, pk), call.given.get("delivery")
    found = get_object_or_404(webhook.rings, pk=only) if only else None
    call_webhook_again(webhook, actor=call.actor, only=found)
    return [pk]


@post(
    "webhooks/<uuid:pk>/discard/",
    "discard",
    _("Discard"),
    _("Discards a message that was given up, so that later events of its object are sent."),
    permission=MACHINES,
    accepts=DiscardCallInput,
    answers=WebhookShape,
    then=_find,
)
def discard(call: Call, pk: UUID) -> list[Any]:
    webhook = _find(call, pk)
    found = get_object_or_404(webhook.rings, pk=call.given["delivery"])
    discard_call(webhook, found, actor=call.actor, reason=call.given["reason"])
    return [pk]
