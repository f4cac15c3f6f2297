"""The base of what comes from outside as JSON."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

# The framework takes "5" for a number, 5 for a text and "yes" for true; what the schema calls a number is one.
JSON_TYPES: dict[type, type] = {
    serializers.CharField: str,
    serializers.UUIDField: str,
    serializers.IntegerField: int,
    serializers.BooleanField: bool,
}


class Strict(serializers.Serializer[Any]):
    """Names every bad field at once, the unknown ones too, and keeps what says something."""

    _typed_fields: list[tuple[str, type | None, type | None]]

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
        found: dict[str, Any] = {}
        for name, wanted, wanted_within in self._typed():
            value = data.get(name)
            if value is None:
                continue
            if wanted is not None and type(value) is not wanted:
                found[name] = [_mistyped_error()]
            elif wanted_within is not None and isinstance(value, list):
                rows = {n: [_mistyped_error()] for n, one in enumerate(value) if type(one) is not wanted_within}
                found |= {name: rows} if rows else {}
        return found

    def _typed(self) -> list[tuple[str, type | None, type | None]]:
        """(field, its type, the type of its elements) of each field whose type is looked at; a report has none."""
        known: list[tuple[str, type | None, type | None]] | None = type(self).__dict__.get("_typed_fields")
        if known is None:
            each = [
                (name, JSON_TYPES.get(type(field)), JSON_TYPES.get(type(getattr(field, "child", None))))
                for name, field in self.fields.items()
            ]
            known = [one for one in each if one[1] is not None or one[2] is not None]
            type(self)._typed_fields = known
        return known


def _mistyped_error() -> ErrorDetail:
    return ErrorDetail(gettext("This has a different JSON type than required."), code="type")
