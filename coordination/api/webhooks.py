"""Webhooks over JSON, for their administrators: addresses, health, a new secret."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.permissions import MACHINES, actor_of
from agencies.kernel.strict import Strict
from agencies.organisations.models import Agency
from coordination.messaging.channels.actions import call_webhook_again, register_webhook, renew_secret, switch_webhook
from coordination.messaging.channels.models import Webhook
from coordination.messaging.channels.views import GIVEN_UP

from . import shapes
from .views import ApiView, validated


class WebhookShape(shapes.Shape[Webhook]):
    """One webhook. `failures` counts consecutive ones; `given_up` messages wait to be sent again."""

    id = serializers.UUIDField()
    agency = shapes.AgencyShape()
    url = serializers.CharField()
    is_active = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    last_ok_at = serializers.DateTimeField(allow_null=True)
    last_error = serializers.CharField(allow_blank=True)
    failures = serializers.IntegerField()
    rests_until = serializers.DateTimeField(allow_null=True)
    given_up = serializers.IntegerField()


class SecretShape(shapes.Shape[Webhook]):
    """The secret is shown once and not stored. A repeated request gets null; the caller then has to renew the
    secret."""

    id = serializers.UUIDField()
    url = serializers.CharField()
    secret = serializers.CharField(allow_null=True)


class HangInput(Strict):
    url = serializers.RegexField(r"^https://[^\s@#]+$", max_length=500)


class SwitchInput(Strict):
    active = serializers.BooleanField()


class WebhookView(ApiView):
    permission = MACHINES
    resource = "webhooks"

    def again(self, request: Request, made: list[str], *args: Any, **kwargs: Any) -> Response:
        return Response(WebhookShape(_find(request, UUID(made[0]))).data)


class SecretView(WebhookView):
    """Answers with a secret, the first time only."""

    def again(self, request: Request, made: list[str], *args: Any, **kwargs: Any) -> Response:
        webhook = _find(request, UUID(made[0]))
        return Response({"id": str(webhook.pk), "url": webhook.url, "secret": None})


class WebhooksView(SecretView):
    operations = {
        "GET": ("list", _("List"), _("The webhooks that the caller manages or may switch off.")),
        "POST": (
            "register",
            _("Register a webhook"),
            _("Registers a webhook of the caller's agency; its secret is shown only in this response."),
        ),
    }

    @extend_schema(responses=WebhookShape(many=True))
    def get(self, request: Request) -> Response:
        return Response(WebhookShape(_kept(request).order_by("-created_at", "pk"), many=True).data)

    @extend_schema(request=HangInput, responses={201: SecretShape})
    def post(self, request: Request) -> Response:
        actor, body = actor_of(request), validated(HangInput, request)
        webhook = register_webhook(Agency.objects.get(pk=actor.own_agency), body["url"], actor=actor)
        return Response(SecretShape(webhook).data, status=201)


class WebhookSwitchView(WebhookView):
    operations = {"POST": ("switch", _("Switch a webhook on or off"), _("Switches a webhook on or off."))}

    @extend_schema(request=SwitchInput, responses=WebhookShape)
    def post(self, request: Request, pk: UUID) -> Response:
        webhook, body = _find(request, pk), validated(SwitchInput, request)
        switch_webhook(webhook, actor=actor_of(request), active=body["active"])
        return Response(WebhookShape(_find(request, pk)).data)


class WebhookRenewView(SecretView):
    operations = {
        "POST": (
            "renew",
            _("Renew secret"),
            _("Creates a new secret, shown once; the old one becomes invalid immediately."),
        )
    }

    @extend_schema(request=None, responses=SecretShape)
    def post(self, request: Request, pk: UUID) -> Response:
        return Response(SecretShape(renew_secret(_find(request, pk), actor=actor_of(request))).data)


class WebhookAgainView(WebhookView):
    operations = {"POST": ("again", _("Send again"), _("Sends messages that were given up again, combined into one."))}

    @extend_schema(request=None, responses=WebhookShape)
    def post(self, request: Request, pk: UUID) -> Response:
        call_webhook_again(_find(request, pk), actor=actor_of(request))
        return Response(WebhookShape(_find(request, pk)).data)


def _kept(request: Request) -> Any:
    return Webhook.objects.visible_to(actor_of(request)).select_related("agency").annotate(given_up=GIVEN_UP)


def _find(request: Request, pk: UUID) -> Webhook:
    found: Webhook | None = _kept(request).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
