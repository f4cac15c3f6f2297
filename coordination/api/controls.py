"""The control law over JSON: the verdict on an export by goods, way, parties, end use and day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, PolymorphicProxySerializer
from rest_framework.response import Response
from rest_framework.serializers import DateField

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

from .inputs import validated
from .operations import Call, get, post

EXAMPLE = {
    **{"description": "gallium arsenide wafers", "mode": "export", "consignee": "Example Trading Co"},
    **{"consignee_country": "VNM", "destination": "USA", "end_user": "Example Semiconductors Inc"},
    **{"end_user_country": "USA", "military": "no", "end_use": "civil", "on": "2026-11-07"},
}


@post(
    "controls/check/",
    "check",
    gettext_lazy("Ask what the control law says"),
    gettext_lazy(
        "The strictest rule that certainly applies on that day, the stricter verdicts that missing facts could "
        "lead to, and what each rule says with its instrument. An HS code decides nothing."
    ),
    permission=scope_or_signed_in(ApiKey.Scope.CONTROLS_CHECK),
    harmless=True,
    accepts=PolymorphicProxySerializer("ControlQuestion", [CheckAgain, ChecksInput], None),
    answers=PolymorphicProxySerializer("ControlAnswer", [VerdictShape, VerdictsShape], None),
    examples=[OpenApiExample("question", value=EXAMPLE, request_only=True)],
)
def check(call: Call) -> Response:
    """One question, or up to 1,000 in `checks`. Nothing is recorded, and no person decides by it."""
    data = call.request.data
    is_batch = isinstance(data, Mapping) and "checks" in data
    asked = validated(ChecksInput if is_batch else CheckAgain, call.request)
    book = _book(asked.get("version"))
    if is_batch:
        return Response({"results": [as_json(answer(facts_of(row), row["on"], book)) for row in asked["checks"]]})
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
    on = DateField(required=False)
    version = VERSION


@get(
    "controls/rules/",
    "list",
    gettext_lazy("List the rules of the control law on a day"),
    gettext_lazy("The rules in force on the day `on`, by default today, suspended ones included."),
    permission=scope_or_signed_in(ApiKey.Scope.CONTROLS_CHECK),
    query=(
        OpenApiParameter("on", date, description=gettext_lazy("The day; by default today.")),
        OpenApiParameter("version", int, description=gettext_lazy("A version of the rows; by default the newest.")),
    ),
    answers=RulesOfDayShape,
)
def rules(call: Call) -> Any:
    """The rules on a day. A key needs the scope of the check."""
    asked = call.asked(DayInput)
    on, book = asked.get("on") or times.today(), _book(asked.get("version"))
    return {"on": on, "version": book.version, "results": [rule_as_json(rule, now) for rule, now in rules_on(book, on)]}
