"""Operation over JSON, for the system administrator: heartbeats, abandoned jobs, retrying and discarding them."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import BooleanField, CharField, DateTimeField, IntegerField

from agencies.kernel import times
from agencies.kernel.permissions import OPERATION
from agencies.kernel.shapes import Shape
from agencies.kernel.strict import Strict
from coordination.tooling.operation import dead_letters
from coordination.tooling.operation.health import parts

from .operations import Call, get, post


class PartShape(Shape):
    """`at` is when the part last finished some work."""

    name = CharField()
    at = DateTimeField(allow_null=True)
    late = BooleanField()


class DeadLetterShape(Shape):
    """`kind` and `id` identify it in the address of the two actions; `error` is a class and a code."""

    kind = CharField()
    id = CharField()
    about = CharField()
    error = CharField()
    attempts = IntegerField()
    since = DateTimeField()


class OperationShape(Shape):
    version = CharField()
    parts = PartShape(many=True)
    dead_letters = DeadLetterShape(many=True)


class DiscardInput(Strict):
    reason = CharField(max_length=500)


def _state(call: Call, *_settled: str) -> Any:
    now = times.now()
    seen = [{"name": part.name, "at": part.at, "late": part.is_late(now)} for part in parts()]
    return {"version": settings.VERSION, "parts": seen, "dead_letters": dead_letters.listed()}


get(
    "operation/",
    "show",
    _("Read the operational state"),
    _("Whether worker and scheduler are running, and which jobs were given up."),
    permission=OPERATION,
    answers=OperationShape,
)(_state)


@post(
    "operation/<slug:kind>/<slug:pk>/retry/",
    "retry",
    _("Retry"),
    _("Retries a job that was given up."),
    permission=OPERATION,
    answers=OperationShape,
    then=_state,
)
def retry(call: Call, kind: str, pk: str) -> list[str]:
    dead_letters.settle(kind, pk, "retry", actor=call.actor)
    return [pk]


@post(
    "operation/<slug:kind>/<slug:pk>/discard/",
    "discard",
    _("Discard"),
    _("Discards a job that was given up, with the reason."),
    permission=OPERATION,
    accepts=DiscardInput,
    answers=OperationShape,
    then=_state,
)
def discard(call: Call, kind: str, pk: str) -> list[str]:
    dead_letters.settle(kind, pk, "discard", actor=call.actor, reason=call.given["reason"])
    return [pk]
