"""The control law over JSON: the verdict on an export by goods, way, parties, end use and day."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.kernel import times
from agencies.kernel.errors import Invalid
from agencies.kernel.permissions import scope_or_signed_in
from agencies.kernel.strict import StrictQuery
from agencies.machines.models import ApiKey
from cases.controls.destinations import answer, facts_of
from cases.controls.models import RulebookVersion
from cases.controls.rulebook import Rulebook
from cases.controls.serializers import (
    VERSION,
    CheckAgain,
    ChecksInput,
    RulesOfDayShape,
    VerdictShape,
    VerdictsShape,
    as_json,
    rule_as_json,
)
from cases.controls.store import current, read_version
from cases.controls.verdicts import rules_on

from .views import ApiView, validated

EXAMPLE = {
    **{"description": "gallium arsenide wafers", "mode": "export", "consignee": "Example Trading Co"},
    **{"consignee_country": "VNM", "destination": "USA", "end_user": "Example Semiconductors Inc"},
    **{"end_user_country": "USA", "military": "no", "end_use": "civil", "on": "2026-11-07"},
}


class ControlsView(ApiView):
    """One question, or up to 1,000 in `checks`. Nothing is recorded, and no person decides by it."""

    operations = {
        "POST": (
            "check",
            gettext_lazy("Ask what the control law says"),
            gettext_lazy(
                "The strictest rule that certainly applies on that day, the stricter verdicts that missing facts could "
                "lead to, and what each rule says with its instrument. An HS code decides nothing."
            ),
        )
    }
    permission = scope_or_signed_in(ApiKey.Scope.CONTROLS_CHECK)
    resource = "controls"
    harmless = True

    @extend_schema(
        request=PolymorphicProxySerializer("ControlQuestion", [CheckAgain, ChecksInput], None),
        responses=PolymorphicProxySerializer("ControlAnswer", [VerdictShape, VerdictsShape], None),
        examples=[OpenApiExample("question", value=EXAMPLE, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        is_batch = isinstance(request.data, Mapping) and "checks" in request.data
        asked = validated(ChecksInput if is_batch else CheckAgain, request)
        book = _book(asked.get("version"))
        if is_batch:
            rows = asked["checks"]
            return Response({"results": [as_json(answer(facts_of(row), row["on"], book)) for row in rows]})
        return Response(as_json(answer(facts_of(asked), asked["on"], book)))


def _book(version: int | None) -> Rulebook:
    """The rows in use, or those of a version. Raises Invalid if there is no such version."""
    if version is None:
        return current()
    try:
        return read_version(version)
    except RulebookVersion.DoesNotExist as missing:
        raise Invalid.field("version", "choice", _("There is no such version of the rows.")) from missing


class DayInput(StrictQuery):
    on = serializers.DateField(required=False)
    version = VERSION


class ControlRulesView(ApiView):
    """The rules on a day. A key needs the scope of the check."""

    operations = {
        "GET": (
            "list",
            gettext_lazy("List the rules of the control law on a day"),
            gettext_lazy("The rules in force on the day `on`, by default today, suspended ones included."),
        )
    }
    permission = scope_or_signed_in(ApiKey.Scope.CONTROLS_CHECK)
    resource = "controls"

    query = (
        OpenApiParameter("on", date, description=gettext_lazy("The day; by default today.")),
        OpenApiParameter("version", int, description=gettext_lazy("A version of the rows; by default the newest.")),
    )

    @extend_schema(responses=RulesOfDayShape)
    def get(self, request: Request) -> Response:
        asked = DayInput(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        on, book = asked.validated_data.get("on") or times.today(), _book(asked.validated_data.get("version"))
        rows = [rule_as_json(rule, now) for rule, now in rules_on(book, on)]
        return Response(RulesOfDayShape({"on": on, "version": book.version, "results": rows}).data)
