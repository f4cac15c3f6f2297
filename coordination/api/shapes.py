"""The shapes of the answers: those that each noun declares (`Resource.api`), and what the API adds."""

from functools import cache
from typing import Any

from rest_framework import serializers
from rest_framework.serializers import BaseSerializer

from agencies.journal.models import ProxyStep
from agencies.kernel.resource import Column, Resource
from agencies.kernel.shapes import READ_ONLY, ActorShape, DetailShape, Shape, VerbShape
from agencies.organisations.models import Agency
from agencies.people.shapes import AgencyShape, PersonShape
from cases.casefile.shapes import CaseRef

__all__ = [
    "READ_ONLY",
    "AgencyShape",
    "CaseRef",
    "DetailShape",
    "DoneShape",
    "PersonShape",
    "Shape",
    "VerbShape",
    "detail_of",
    "row_of",
]


class CreatedShape(Shape[Any]):
    resource = serializers.CharField()
    id = serializers.UUIDField()
    url = serializers.CharField()


class UndoShape(Shape[Any]):
    """The action on the same object that takes this one back, with its answers; offered for a minute."""

    action = serializers.CharField()
    answers = serializers.DictField(child=serializers.CharField())
    until = serializers.DateTimeField()


class DoneShape(Shape[Any]):
    """The object after an action, the object that the action created, if any, and what takes the action back, if it
    only says who works on the object."""

    id = serializers.UUIDField()
    state = serializers.CharField()
    version = serializers.IntegerField()
    created = CreatedShape(required=False)
    undo = UndoShape(required=False)


class RecordedStepShape(serializers.ModelSerializer[ProxyStep]):
    """A step recorded for an agency that did not sign in: visible to it and to the recording agency."""

    verb = serializers.CharField(source="event.verb", **READ_ONLY)
    object_kind = serializers.CharField(source="event.object_kind", **READ_ONLY)
    object_id = serializers.UUIDField(source="event.object_id", **READ_ONLY)
    happened_at = serializers.DateTimeField(source="event.happened_at", **READ_ONLY)
    recorded_at = serializers.DateTimeField(source="event.recorded_at", **READ_ONLY)
    agency = serializers.SerializerMethodField()
    recorder = serializers.SerializerMethodField()

    class Meta:
        model = ProxyStep
        fields = [
            *("id", "version", "state", "state_since", "verb", "object_kind", "object_id", "happened_at"),
            *("recorded_at", "agency", "recorder", "paper"),
        ]

    def get_agency(self, step: ProxyStep) -> str:
        return Agency.objects.get(pk=step.agency_id).code

    def get_recorder(self, step: ProxyStep) -> str:
        return Agency.objects.get(pk=step.recorder_id).code


# The journal is below agencies, so its noun cannot name them itself.
_OF_THE_JOURNAL = {"recorded-steps": RecordedStepShape}


class LateShape(Shape[Any]):
    """Why a row is late, as far as the caller may know; "" if it is not late."""

    late_because = serializers.CharField(allow_blank=True)


def row_of(resource: Resource) -> type[BaseSerializer[Any]]:
    """Returns the shape of a row of the list. Without a declared shape: id, version, state and the columns."""
    declared = resource.api.row if resource.api else _OF_THE_JOURNAL.get(resource.name)
    return declared or shape_of(resource)


def detail_of(resource: Resource) -> type[BaseSerializer[Any]]:
    """Returns the shape of a single object."""
    declared = resource.api.detail if resource.api else None
    return declared or row_of(resource)


FIELDS: dict[str, type[serializers.Field[Any, Any, Any, Any]]] = {
    "text": serializers.CharField,
    "number": serializers.IntegerField,
    "date": serializers.DateField,
    "moment": serializers.DateTimeField,
}


@cache
def shape_of(resource: Resource) -> type[ActorShape]:
    fields: dict[str, Any] = {
        "id": serializers.UUIDField(source="pk", **READ_ONLY),
        "version": serializers.IntegerField(**READ_ONLY),
        "state": serializers.CharField(**READ_ONLY),
    }
    columns = resource.listing.columns if resource.listing else ()
    fields |= {column.key: _field(column) for column in columns if column.key not in fields}
    return type(f"{resource.kind.title().replace('_', '')}Row", (ActorShape,), fields)


def _field(column: Column) -> Any:
    base = FIELDS[column.kind]

    def to_representation(self: Any, row: Any) -> Any:
        value = column.value(row, self.parent.actor)
        return None if value is None else base.to_representation(self, value)

    made = type(base.__name__, (base,), {"to_representation": to_representation})
    return made(source="*", allow_null=column.kind != "text", **READ_ONLY)
