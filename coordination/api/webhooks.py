"""Webhooks over JSON, for their administrators: addresses, health, a new secret."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import BooleanField, CharField, DateTimeField, IntegerField, RegexField, UUIDField

from agencies.kernel.permissions import MACHINES
from agencies.kernel.shapes import Shape
from agencies.kernel.strict import Strict
from agencies.organisations.models import Agency
from agencies.people.shapes import AgencyShape
from coordination.messaging.channels.actions import call_webhook_again, register_webhook, renew_secret, switch_webhook
from coordination.messaging.channels.models import Webhook
from coordination.messaging.channels.views import GIVEN_UP

from .operations import Call, get, post


class WebhookShape(Shape):
    """One webhook. `failures` counts consecutive ones; `given_up` messages wait to be sent again."""

    id = UUIDField()
    agency = AgencyShape()
    url = CharField()
    is_active = BooleanField()
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


class HangInput(Strict):
    url = RegexField(r"^https://[^\s@#]+$", max_length=500)


class SwitchInput(Strict):
    active = BooleanField()


def _webhooks(call: Call) -> Any:
    return Webhook.objects.visible_to(call.actor).select_related("agency").annotate(given_up=GIVEN_UP)


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
    _("Registers a webhook of the caller's agency; its secret is shown only in this response."),
    permission=MACHINES,
    accepts=HangInput,
    answers=SecretShape,
    statuses=(201,),
    then=_with_secret,
)
def register(call: Call) -> list[Any]:
    webhook = register_webhook(Agency.objects.get(pk=call.actor.own_agency), call.given["url"], actor=call.actor)
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
    _("Creates a new secret, shown once; the old one becomes invalid immediately."),
    permission=MACHINES,
    answers=SecretShape,
    then=_with_secret,
)
def renew(call: Call, pk: UUID) -> list[Any]:
    call.once["secret"] = renew_secret(_find(call, pk), actor=call.actor).secret
    return [pk]


@post(
    "webhooks/<uuid:pk>/again/",
    "again",
    _("Send again"),
    _("Sends messages that were given up again, combined into one."),
    permission=MACHINES,
    answers=WebhookShape,
    then=_find,
)
def again(call: Call, pk: UUID) -> list[Any]:
    call_webhook_again(_find(call, pk), actor=call.actor)
    return [pk]
