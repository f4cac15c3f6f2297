"""Operation over JSON, for the system administrator: heartbeats, abandoned jobs, retrying and discarding them."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel import times
from agencies.kernel.permissions import OPERATION, actor_of
from agencies.kernel.strict import Strict
from coordination.tooling.operation import dead_letters
from coordination.tooling.operation.health import parts

from .views import ApiView, validated


class PartShape(serializers.Serializer[Any]):
    """`at` is when the part last finished some work."""

    name = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    late = serializers.BooleanField()


class DeadLetterShape(serializers.Serializer[Any]):
    """`kind` and `id` identify it in the address of the two actions; `error` is a class and a code."""

    kind = serializers.CharField()
    id = serializers.CharField()
    about = serializers.CharField()
    error = serializers.CharField(allow_blank=True)
    attempts = serializers.IntegerField()
    since = serializers.DateTimeField()


class OperationShape(serializers.Serializer[Any]):
    version = serializers.CharField()
    parts = PartShape(many=True)
    dead_letters = DeadLetterShape(many=True)


class DiscardInput(Strict):
    reason = serializers.CharField(max_length=500)


class OperationApiView(ApiView):
    permission = OPERATION
    resource = "operation"

    def made_by(self, response: Response) -> list[str]:
        return []

    def again(self, request: Request, made: list[str], *args: Any, **kwargs: Any) -> Response:
        return Response(_state())


class OperationView(OperationApiView):
    operations = {
        "GET": (
            "show",
            _("Read the operational state"),
            _("Whether worker and scheduler are running, and which jobs were given up."),
        )
    }

    @extend_schema(responses=OperationShape)
    def get(self, request: Request) -> Response:
        return Response(_state())


class RetryView(OperationApiView):
    operations = {"POST": ("retry", _("Retry"), _("Retries a job that was given up."))}

    @extend_schema(request=None, responses=OperationShape)
    def post(self, request: Request, kind: str, pk: str) -> Response:
        dead_letters.settle(kind, pk, "retry", actor=actor_of(request))
        return Response(_state())


class DiscardView(OperationApiView):
    operations = {"POST": ("discard", _("Discard"), _("Discards a job that was given up, with the reason."))}

    @extend_schema(request=DiscardInput, responses=OperationShape)
    def post(self, request: Request, kind: str, pk: str) -> Response:
        body = validated(DiscardInput, request)
        dead_letters.settle(kind, pk, "discard", actor=actor_of(request), reason=body["reason"])
        return Response(_state())


def _state() -> Any:
    now = times.now()
    seen = [{"name": part.name, "at": part.at, "late": part.is_late(now)} for part in parts()]
    return OperationShape({"version": settings.VERSION, "parts": seen, "dead_letters": dead_letters.listed()}).data
