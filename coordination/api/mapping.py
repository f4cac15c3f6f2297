"""Describes the serializers of requests in the schema as they really validate, where the library is less exact."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from rest_framework import serializers

from agencies.kernel.strict import Strict

NOT_BLANK = r"\S"


class StrictExtension(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]  # drf-spectacular has no types
    """Adds what the library omits: unknown names, lengths of lists, blank texts, decimals without digits."""

    target_class: Any = Strict
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        self.target_class = self.target  # the base maps this attribute, which is the class of all of them
        schema: dict[str, Any] = super().map_serializer(auto_schema, direction)
        for name, field in self.target.fields.items():
            _add_limits(schema["properties"][name], field)
        return {**schema, "additionalProperties": False}


def _add_limits(schema: dict[str, Any], field: Any) -> None:
    if isinstance(field, serializers.ListSerializer | serializers.ListField):
        schema |= _lengths(field)
    if isinstance(field, serializers.ManyRelatedField) and not field.allow_empty:
        schema["minItems"] = 1
    if isinstance(field, serializers.ListField | serializers.DictField):
        _add_limits(schema.get("items") or schema["additionalProperties"], field.child)
    if isinstance(field, serializers.DecimalField):
        schema["pattern"] = schema["pattern"].replace(r"\d{0,", r"\d{1,", 1)
    if isinstance(field, serializers.CharField) and not field.allow_blank:
        schema["minLength"] = max(1, field.min_length or 0)
        if field.trim_whitespace and not schema.keys() & {"pattern", "format"}:
            schema["pattern"] = NOT_BLANK


def _lengths(field: Any) -> dict[str, int]:
    least = field.min_length or (0 if field.allow_empty else 1)
    most = {"maxItems": field.max_length} if field.max_length is not None else {}
    return most | ({"minItems": least} if least else {})
