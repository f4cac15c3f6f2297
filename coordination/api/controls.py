"""The control law over JSON: the verdict on an item, a destination and an end use on a day."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel.permissions import scope_or_signed_in
from agencies.machines.models import ApiKey
from cases.controls.serializers import (
    CheckInput,
    ChecksInput,
    VerdictShape,
    VerdictsShape,
    as_json,
    facts_of,
)
from cases.controls.store import current
from cases.controls.verdicts import controls

from .schema import PreviewSchema
from .views import ApiView

EXAMPLE = {"description": "gallium arsenide wafers", "destination": "USA", "end_use": "civil", "on": "2026-11-07"}


class ControlsSchema(PreviewSchema):
    def _verb(self) -> str:
        return "check"

    def get_summary(self) -> str:
        return _("Ask what the control law says")


class ControlsView(ApiView):
    """One question, or up to 1,000 in `checks`. Nothing is recorded, and no person decides by it."""

    docs = {
        "POST": gettext_lazy(
            "The strictest rule that certainly applies on that day, the stricter verdicts that missing facts could "
            "lead to, and what each rule says with its instrument. An HS code decides nothing."
        )
    }
    permission = scope_or_signed_in(ApiKey.Scope.CONTROLS_CHECK)
    schema = ControlsSchema()
    resource = "controls"
    harmless = True
    http_method_names = ["post"]

    @extend_schema(
        request=PolymorphicProxySerializer("ControlQuestion", [CheckInput, ChecksInput], None),
        responses=PolymorphicProxySerializer("ControlAnswer", [VerdictShape, VerdictsShape], None),
        examples=[OpenApiExample("question", value=EXAMPLE, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        is_batch = isinstance(request.data, Mapping) and "checks" in request.data
        serializer = (ChecksInput if is_batch else CheckInput)(data=request.data)
        serializer.is_valid(raise_exception=True)
        asked, book = serializer.validated_data, current()
        if is_batch:
            rows = asked["checks"]
            return Response({"results": [as_json(controls(facts_of(row), row["on"], book)) for row in rows]})
        return Response(as_json(controls(facts_of(asked), asked["on"], book)))
