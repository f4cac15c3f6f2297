"""Describes serializers in the schema as they really validate and answer, where the library is less exact."""

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.core.validators import RegexValidator
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from agencies.kernel.strict import Strict

NULL = {"type": "null"}
NOT_BLANK = r"\S"


class ExactSchema(AutoSchema):
    """Adds what the library omits: unknown names, lengths of lists, blank texts, relations that may be null."""

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        schema = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]  # drf-spectacular has no types
        kind = serializer if isinstance(serializer, type) else type(serializer)
        if issubclass(kind, Strict):
            schema["additionalProperties"] = False
        return schema

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        schema = super()._map_serializer_field(field, direction, bypass_extensions)  # type: ignore[no-untyped-call]  # as above
        if schema is None:
            return None
        if "oneOf" in schema:  # a nullable field with a nullable annotation would list null twice
            schema["oneOf"] = [one for place, one in enumerate(schema["oneOf"]) if one not in schema["oneOf"][:place]]
        if isinstance(field, serializers.ListSerializer | serializers.ListField):
            schema |= _lengths(field)
        if isinstance(field, serializers.ManyRelatedField) and not field.allow_empty:
            schema["minItems"] = 1
        schema.pop("x-spec-enum-id", None)
        if direction == "response" and may_be_null(field):
            schema = nullable(schema)
        if _is_request_text(field) and not field.allow_blank:
            schema |= {"minLength": max(1, field.min_length or 0)}
            if isinstance(field, serializers.RegexField):
                schema["pattern"] = _pattern_of(field)
            if field.trim_whitespace and "pattern" not in schema and "format" not in schema:
                schema["pattern"] = NOT_BLANK
        return schema


def _pattern_of(field: serializers.RegexField) -> str:
    """The regular expression that the field's values must match."""
    regex = next(one.regex for one in field.validators if isinstance(one, RegexValidator))
    return regex if isinstance(regex, str) else regex.pattern


def nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """The same schema, or null."""
    if "type" in schema:
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        enum = {"enum": [*schema["enum"], None]} if "enum" in schema and None not in schema["enum"] else {}
        return {**schema, "type": list(dict.fromkeys([*kinds, "null"])), **enum}
    for word in ("oneOf", "anyOf"):
        if word in schema:
            return schema if NULL in schema[word] else {**schema, word: [*schema[word], NULL]}
    if "$ref" in schema or "allOf" in schema:
        return {"oneOf": [schema, NULL]}
    return schema  # any value, including null


def may_be_null(field: Any) -> bool:
    """Whether the column or relation behind a field of a model's serializer may be empty."""
    model = getattr(getattr(field.parent, "Meta", None), "model", None)
    for name in (field.source or "").split("."):
        if model is None or name in ("", "*"):
            return False
        try:
            column = model._meta.get_field(name)
        except FieldDoesNotExist:
            return False
        if column.null and not (column.many_to_many or column.one_to_many):
            return True
        model = column.related_model
    return False


def _lengths(field: Any) -> dict[str, int]:
    least = field.min_length or (0 if field.allow_empty else 1)
    most = {"maxItems": field.max_length} if field.max_length is not None else {}
    return most | ({"minItems": least} if least else {})


def _is_request_text(field: Any) -> bool:
    """Whether it is a text in a request: only `Strict` serializers read requests."""
    holder = field.parent
    while isinstance(holder, serializers.ListField):
        holder = holder.parent
    return isinstance(field, serializers.CharField) and isinstance(holder, Strict) and not field.read_only
