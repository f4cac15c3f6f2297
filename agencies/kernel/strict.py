"""The base of what comes from outside as JSON."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

# The framework takes "5" for a number, 5 for a text and "yes" for true; what the schema calls a number is one.
JSON_TYPES: dict[type[serializers.Field[Any, Any, Any, Any]], type] = {
    serializers.CharField: str,
    serializers.UUIDField: str,
    serializers.IntegerField: int,
    serializers.BooleanField: bool,
}


def is_mistyped(field: Any, value: Any) -> bool:
    """Whether a value that is not null has another JSON type than its field."""
    wanted = JSON_TYPES.get(type(field))
    return wanted is not None and value is not None and type(value) is not wanted


class Strict(serializers.Serializer[Any]):
    """Names every bad field at once, the unknown ones too, and keeps what says something."""

    def validate_empty_values(self, data: Any) -> Any:
        """A list may be null; a row of it may not, for then the rows after it would change their place."""
        if data is None and isinstance(self.parent, serializers.ListSerializer):
            self.fail("null")
        return super().validate_empty_values(data)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        unknown = set(data) - set(self.fields) if isinstance(data, Mapping) else set()
        errors: dict[str, Any] = {
            name: [ErrorDetail(gettext("Unknown field."), code="unknown")] for name in sorted(unknown)
        }
        if isinstance(data, Mapping):
            errors |= self._mistyped(data)
        try:
            told = super().to_internal_value(data)
        except ValidationError as wrong:
            known: Any = wrong.detail
            raise ValidationError({**known, **errors}) from wrong
        said = {name: value for name, value in told.items() if value not in (None, "", [])}
        # What must be there must say something: an action reads it without asking.
        errors |= {
            name: [ErrorDetail(str(field.error_messages["required"]), code="required")]
            for name, field in self.fields.items()
            if field.required and name in told and name not in said
        }
        if errors:
            raise ValidationError(errors)
        return said

    def _mistyped(self, data: Mapping[str, Any]) -> dict[str, Any]:
        wrong = [ErrorDetail(gettext("This is of another JSON type than asked for."), code="type")]
        found: dict[str, Any] = {}
        for name, field in self.fields.items():
            value, child = data.get(name), getattr(field, "child", None)
            if is_mistyped(field, value):
                found[name] = wrong
            elif child is not None and isinstance(value, list):
                rows = {place: wrong for place, one in enumerate(value) if is_mistyped(child, one)}
                found |= {name: rows} if rows else {}
        return found
