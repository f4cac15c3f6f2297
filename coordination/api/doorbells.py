"""Doorbells over JSON, for whoever keeps them: where they hang, how they fare, a new secret."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.doors import MACHINES, actor_of
from agencies.kernel.strict import Strict
from agencies.organs.models import Agency
from coordination.channels.actions import hang_doorbell, renew_secret, ring_again, switch_doorbell
from coordination.channels.models import Doorbell
from coordination.channels.views import GIVEN_UP

from . import shapes
from .schema import NamedSchema
from .views import ApiView, asked_of


class DoorbellShape(shapes.Shape[Doorbell]):
    """One doorbell. `failures` are those in a row; `given_up` messages wait to be rung again."""

    id = serializers.UUIDField()
    organ = shapes.OrganShape()
    url = serializers.CharField()
    is_active = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    last_ok_at = serializers.DateTimeField(allow_null=True)
    last_error = serializers.CharField(allow_blank=True)
    failures = serializers.IntegerField()
    rests_until = serializers.DateTimeField(allow_null=True)
    given_up = serializers.IntegerField()


class SecretShape(shapes.Shape[Doorbell]):
    """The secret is told once and stored nowhere: a repeat is answered with null. Renew the secret then."""

    id = serializers.UUIDField()
    url = serializers.CharField()
    secret = serializers.CharField(allow_null=True)


class HangInput(Strict):
    url = serializers.RegexField(r"^https://[^\s@#]+$", max_length=500)


class SwitchInput(Strict):
    active = serializers.BooleanField()


class DoorbellView(ApiView):
    policy = MACHINES
    schema = NamedSchema()
    noun = "doorbells"
    named: dict[str, tuple[str, Any]] = {}

    def again(self, request: Request, made: list[str], *args: Any, **kwargs: Any) -> Response:
        return Response(DoorbellShape(_find(request, UUID(made[0]))).data)


class SecretView(DoorbellView):
    """Answers with a secret, the first time."""

    def again(self, request: Request, made: list[str], *args: Any, **kwargs: Any) -> Response:
        bell = _find(request, UUID(made[0]))
        return Response({"id": str(bell.pk), "url": bell.url, "secret": None})


class DoorbellsView(SecretView):
    told = {
        "GET": _("The doorbells that the caller keeps or may silence."),
        "POST": _("Hangs a doorbell of the caller's agency; its secret is in the answer and nowhere else."),
    }
    named = {"GET": ("list", _("List")), "POST": ("hang", _("Hang a doorbell"))}

    @extend_schema(responses=DoorbellShape(many=True))
    def get(self, request: Request) -> Response:
        return Response(DoorbellShape(_kept(request).order_by("-created_at", "pk"), many=True).data)

    @extend_schema(request=HangInput, responses={201: SecretShape})
    def post(self, request: Request) -> Response:
        actor, asked = actor_of(request), asked_of(HangInput, request)
        bell = hang_doorbell(Agency.objects.get(pk=actor.own_organ), asked["url"], actor=actor)
        return Response(SecretShape(bell).data, status=201)


class DoorbellSwitchView(DoorbellView):
    told = {"POST": _("Switches a doorbell on or off.")}
    named = {"POST": ("switch", _("Switch a doorbell on or off"))}
    http_method_names = ["post"]

    @extend_schema(request=SwitchInput, responses=DoorbellShape)
    def post(self, request: Request, pk: UUID) -> Response:
        bell, asked = _find(request, pk), asked_of(SwitchInput, request)
        switch_doorbell(bell, actor=actor_of(request), active=asked["active"])
        return Response(DoorbellShape(_find(request, pk)).data)


class DoorbellRenewView(SecretView):
    told = {"POST": _("A new secret, told once; the old one signs nothing from now on.")}
    named = {"POST": ("renew", _("Renew the secret"))}
    http_method_names = ["post"]

    @extend_schema(request=None, responses=SecretShape)
    def post(self, request: Request, pk: UUID) -> Response:
        return Response(SecretShape(renew_secret(_find(request, pk), actor=actor_of(request))).data)


class DoorbellAgainView(DoorbellView):
    told = {"POST": _("Rings again for what was given up, as one message.")}
    named = {"POST": ("again", _("Ring again"))}
    http_method_names = ["post"]

    @extend_schema(request=None, responses=DoorbellShape)
    def post(self, request: Request, pk: UUID) -> Response:
        ring_again(_find(request, pk), actor=actor_of(request))
        return Response(DoorbellShape(_find(request, pk)).data)


def _kept(request: Request) -> Any:
    return Doorbell.objects.visible_to(actor_of(request)).select_related("organ").annotate(given_up=GIVEN_UP)


def _find(request: Request, pk: UUID) -> Doorbell:
    found: Doorbell | None = _kept(request).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
