"""Serializers in the schema as they really validate and answer, where the library tells less."""

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.core.validators import RegexValidator
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from agencies.kernel.strict import Strict

NULL = {"type": "null"}
NOT_BLANK = r"\S"


class ExactSchema(AutoSchema):
    """Adds what the library leaves out: unknown names, lengths of lists, blank texts, relations that may be null."""

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        told = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        kind = serializer if isinstance(serializer, type) else type(serializer)
        if issubclass(kind, Strict):
            told["additionalProperties"] = False
        return told

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        told = super()._map_serializer_field(field, direction, bypass_extensions)  # type: ignore[no-untyped-call]
        if told is None:
            return None
        if "oneOf" in told:  # an annotation with null, of a field that may be null anyway, has it twice
            told["oneOf"] = [one for place, one in enumerate(told["oneOf"]) if one not in told["oneOf"][:place]]
        if isinstance(field, serializers.ListSerializer | serializers.ListField):
            told |= _lengths(field)
        if isinstance(field, serializers.ManyRelatedField) and not field.allow_empty:
            told["minItems"] = 1
        if direction == "response" and may_be_null(field):
            told = nullable(told)
        if _is_text_asked(field) and not field.allow_blank:
            told |= {"minLength": max(1, field.min_length or 0)}
            if isinstance(field, serializers.RegexField):
                told["pattern"] = _pattern_of(field)
            if field.trim_whitespace and "pattern" not in told and "format" not in told:
                told["pattern"] = NOT_BLANK
        return told


def _pattern_of(field: serializers.RegexField) -> str:
    """Returns the regular expression that a field's values must match."""
    regex = next(one.regex for one in field.validators if isinstance(one, RegexValidator))
    return regex if isinstance(regex, str) else regex.pattern


def nullable(told: dict[str, Any]) -> dict[str, Any]:
    """The same schema, or null."""
    if "type" in told:
        kinds = told["type"] if isinstance(told["type"], list) else [told["type"]]
        enum = {"enum": [*told["enum"], None]} if "enum" in told and None not in told["enum"] else {}
        return {**told, "type": list(dict.fromkeys([*kinds, "null"])), **enum}
    for word in ("oneOf", "anyOf"):
        if word in told:
            return told if NULL in told[word] else {**told, word: [*told[word], NULL]}
    if "$ref" in told or "allOf" in told:
        return {"oneOf": [told, NULL]}
    return told  # any value at all, null among them


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


def _is_text_asked(field: Any) -> bool:
    """A text of a request: only `Strict` serializers read requests."""
    holder = field.parent
    while isinstance(holder, serializers.ListField):
        holder = holder.parent
    return isinstance(field, serializers.CharField) and isinstance(holder, Strict) and not field.read_only
