"""Why an item is in a queue, and its priority there, over JSON."""

from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import BooleanField, CharField, ChoiceField, DateTimeField, IntegerField

from agencies.kernel.permissions import STAFF
from agencies.kernel.shapes import Shape, shown
from agencies.people.shapes import AgencyShape
from coordination.actions.priority_page import ASKS, ROUTED, placed, prioritise
from coordination.automation.routing.choices import PRIORITY_CODES
from coordination.automation.routing.explaining import compared_conditions
from coordination.automation.routing.models import Mode, Routing
from coordination.automation.routing.placement import Placement

from .operations import Call, get, post
from .versions import require_version

PRIORITY = ChoiceField(choices=list(PRIORITY_CODES.values()))


class ComparedShape(Shape):
    """One condition of the rule and the value compared with it; `found` is empty if the value is unknown."""

    condition = CharField(source="label")
    wanted = CharField()
    found = CharField(source="had")
    met = BooleanField()


class RoutedShape(Shape):
    """The decision of the rules; `rule` is null if none matched. `officer` is the person it named."""

    version = CharField(source="rule_set.code")
    rule = CharField(allow_null=True)
    tier = IntegerField(source="rule.tier", default=None, allow_null=True)
    note = CharField(source="rule.note", default="")
    unit = AgencyShape(allow_null=True)
    mode = ChoiceField(choices=Mode.choices, source="rule.mode", default=None, allow_null=True)
    officer = CharField(source="officer.name", default=None, allow_null=True)
    instead_of = CharField(source="instead_of.name", default=None, allow_null=True)
    routed_at = DateTimeField(source="created_at")

    @shown(PRIORITY)
    def priority(self, routing: Routing) -> str:
        return PRIORITY_CODES[routing.priority]

    @shown(ComparedShape(many=True))
    def compared(self, routing: Routing) -> Any:
        return compared_conditions(routing)


class HandShape(Shape):
    """Who set the priority by hand, and why."""

    by = CharField(source="event.note.actor_name")
    reason = CharField(source="event.note.reason")
    at = DateTimeField(source="event.happened_at")


class PlacedShape(Shape):
    """`version` is the version of the priority set by hand, 0 if none was: send it with the next change."""

    version = IntegerField(source="hand.version", default=0)
    by_rule = RoutedShape(source="routing", allow_null=True)

    @shown(PRIORITY)
    def priority(self, one: Placement) -> str:
        return PRIORITY_CODES[one.priority.value]

    @shown(HandShape(allow_null=True))
    def by_hand(self, one: Placement) -> Any:
        return one.hand if one.is_by_hand else None


def _placed(resource: str, call: Call, pk: UUID | str) -> Placement:
    one = placed(call.find(resource, pk), call.actor)
    call.tag(version_of(one))
    return one


def _prioritised(resource: str, call: Call, pk: UUID) -> list[Any]:
    given = call.answers
    version = version_of(placed(call.find(resource, pk), call.actor))
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
    )(partial(_placed, resource))
    post(
        *(f"{resource}/<uuid:pk>/priority/", "priority", _("Set priority")),
        _("Sets the priority of one item at the caller's agency, regardless of the rules."),
        permission=STAFF,
        asks=[ASKS],
        answers=PlacedShape,
        versioned=True,
        then=partial(_placed, resource),
    )(partial(_prioritised, resource))


for name in ROUTED:
    _declare(name)
