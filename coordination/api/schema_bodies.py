"""The bodies of requests in the schema, from the fields of an action."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from agencies.kernel.action_fields import ActionField

from .mapping import NOT_BLANK

MOST_NUMBER = 100_000  # maximum of a number field of an action, as in `Ask.field`
FORMATS = {"date": "date", "datetime": "date-time"}


def body_of(tables: Sequence[tuple[ActionField, ...]]) -> dict[str, Any]:
    """The input of an action. If tables differ in the fields of an action, a field of only some of them is optional."""
    fields = {ask.name: ask for line in tables for ask in line}
    always = [name for name in fields if all(any(a.name == name and a.required for a in line) for line in tables)]
    body: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        # Null means the same as an omitted field, so a required field does not accept it.
        "properties": {
            name: _ask_schema(ask) if name in always else _or_null(_ask_schema(ask)) for name, ask in fields.items()
        },
    }
    return body | ({"required": always} if always else {})


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    null = {"type": "null"}
    if "oneOf" in schema:
        return {**schema, "oneOf": [*schema["oneOf"], null]}
    return {**schema, "type": [schema["type"], "null"]}


def _ask_schema(ask: ActionField) -> dict[str, Any]:
    texts = {"title": str(ask.label)}
    if ask.help:
        texts["description"] = str(ask.help)
    match ask.kind:
        case "decimal":
            limits = _("At most 14 digits before and 4 after the decimal point.")
            number = {"type": "number", "minimum": 0, "maximum": 10**14 - 1}
            text = {"type": "string", "pattern": r"^\d{1,14}(\.\d{1,4})?$"}
            return {"oneOf": [number, text], "description": limits, **texts}
        case "number":
            return {"type": "integer", "minimum": 0, "maximum": MOST_NUMBER, **texts}
        case "file":
            return {"type": "string", "format": "binary", **texts}
        case "bool":
            # A checkbox that is a condition must be true.
            return {"type": "boolean", **({"const": True} if ask.required else {}), **texts}
        case "choices":
            needed = {"minItems": 1} if ask.required else {}
            one = {"type": "string", "minLength": 1}
            return {"type": "array", "items": one, "description": _offered(), **needed, **texts}
        case "choice":
            return {"type": "string", "description": _offered(), **_not_blank(ask), **texts}
        case "date" | "datetime":
            return {"type": "string", "format": FORMATS[ask.kind], **texts}
    longest = {"long": 4000, "table": 200_000}.get(ask.kind, ask.max_length)
    return {"type": "string", "maxLength": longest, **_not_blank(ask), **texts}


def _not_blank(ask: ActionField) -> dict[str, Any]:
    return {"minLength": 1, "pattern": NOT_BLANK} if ask.required else {}


def _offered() -> str:
    return _("A value that GET …/verbs/ of this object offers to the caller.")
