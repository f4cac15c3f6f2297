"""Why an item is in a queue, and its priority there, over JSON."""

from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from agencies.kernel.permissions import STAFF
from agencies.kernel.shapes import shown
from coordination.actions.priority_page import ASKS, ROUTED, placed, prioritise, registered_resource
from coordination.automation.routing.choices import PRIORITY_CODES
from coordination.automation.routing.explaining import compared_conditions
from coordination.automation.routing.models import Mode, Routing
from coordination.automation.routing.placement import Placement

from . import shapes
from .operations import Call, get, post
from .versions import require_version

PRIORITY = serializers.ChoiceField(choices=list(PRIORITY_CODES.values()))


class ComparedShape(shapes.Shape[Any]):
    """One condition of the rule and the value compared with it; `found` is empty if the value is unknown."""

    condition = serializers.CharField(source="label")
    wanted = serializers.CharField()
    found = serializers.CharField(source="had", allow_blank=True)
    met = serializers.BooleanField()


class RoutedShape(shapes.Shape[Routing]):
    """The decision of the rules; `rule` is null if none matched. `officer` is the person it named."""

    version = serializers.CharField(source="rule_set.code")
    rule = serializers.CharField(allow_null=True)
    tier = serializers.IntegerField(source="rule.tier", default=None, allow_null=True)
    note = serializers.CharField(source="rule.note", default="", allow_blank=True)
    unit = shapes.AgencyShape(allow_null=True)
    mode = serializers.ChoiceField(choices=Mode.choices, source="rule.mode", default=None, allow_null=True)
    officer = serializers.CharField(source="officer.name", default=None, allow_null=True)
    instead_of = serializers.CharField(source="instead_of.name", default=None, allow_null=True)
    routed_at = serializers.DateTimeField(source="created_at")

    @shown(PRIORITY)
    def priority(self, routing: Routing) -> str:
        return PRIORITY_CODES[routing.priority]

    @shown(ComparedShape(many=True))
    def compared(self, routing: Routing) -> Any:
        return compared_conditions(routing)


class HandShape(shapes.Shape[Any]):
    """Who set the priority by hand, and why."""

    by = serializers.CharField(source="event.note.actor_name")
    reason = serializers.CharField(source="event.note.reason")
    at = serializers.DateTimeField(source="event.happened_at")


class PlacedShape(shapes.Shape[Placement]):
    """`version` is the version of the priority set by hand, 0 if none was: send it with the next change."""

    version = serializers.IntegerField(source="hand.version", default=0)
    by_rule = RoutedShape(source="routing", allow_null=True)

    @shown(PRIORITY)
    def priority(self, one: Placement) -> str:
        return PRIORITY_CODES[one.priority.value]

    @shown(HandShape(allow_null=True))
    def by_hand(self, one: Placement) -> Any:
        return one.hand if one.is_by_hand else None


def _placed(call: Call, resource: str, pk: Any) -> Placement:
    one = placed(registered_resource(resource).find(call.actor, pk), call.actor)
    call.tag(version_of(one))
    return one


def _prioritised(resource: str, call: Call, pk: UUID) -> list[Any]:
    given = call.answers
    version = version_of(placed(registered_resource(resource).find(call.actor, pk), call.actor))
    named = partial(require_version, call.request, given, version)
    prioritise(resource, pk, call.actor, {"version": version} | given, strict=True, precondition=named)
    return [pk]


def version_of(one: Placement) -> int:
    """Version of the priority set by hand; 0 if none was."""
    return one.hand.version if one.hand else 0


def _declare(resource: str) -> None:
    """Why an item is there, and setting its priority by hand with a reason; `by_rule` returns to the rule's."""
    get(
        *(f"{resource}/<uuid:pk>/why/", "why", _("Why it was assigned here")),
        _("The rule that assigned it at the caller's agency, the comparison, and its priority."),
        permission=STAFF,
        answers=PlacedShape,
        tagged=True,
    )(lambda call, pk: _placed(call, resource, pk))
    post(
        *(f"{resource}/<uuid:pk>/priority/", "priority", _("Set priority")),
        _("Sets the priority of one item at the caller's agency, regardless of the rules."),
        permission=STAFF,
        asks=ASKS,
        answers=PlacedShape,
        versioned=True,
        then=lambda call, made: _placed(call, resource, made[0]),
    )(partial(_prioritised, resource))


for name in ROUTED:
    _declare(name)
