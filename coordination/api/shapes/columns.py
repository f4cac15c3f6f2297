"""The row of a resource without a shape of its own: id, version, state, and the columns of its list."""

from functools import cache
from typing import Any

from rest_framework import serializers

from agencies.kernel.resource import Column, Resource

from .parts import READ_ONLY, ActorShape

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
