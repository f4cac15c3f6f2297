"""Base of serializers for JSON input."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

# The framework accepts "5" as a number, 5 as a text and "yes" as true. The schema does not.
JSON_TYPES: dict[type, type] = {
    serializers.CharField: str,
    serializers.UUIDField: str,
    serializers.IntegerField: int,
    serializers.BooleanField: bool,
}


class Strict(serializers.Serializer[Any]):
    """Reports every invalid and unknown field at once, and drops empty values."""

    _typed_fields: list[tuple[str, type | None, type | None]]

    def validate_empty_values(self, data: Any) -> Any:
        """Refuses null rows of a list, which would shift the rows after them. A list itself may be null."""
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
            values = super().to_internal_value(data)
        except ValidationError as wrong:
            known: Any = wrong.detail
            raise ValidationError({**known, **errors}) from wrong
        filled = {name: value for name, value in values.items() if value not in (None, "", [])}
        # A required field may not be empty, because actions read it without checking.
        errors |= {
            name: [ErrorDetail(str(field.error_messages["required"]), code="required")]
            for name, field in self.fields.items()
            if field.required and name in values and name not in filled
        }
        if errors:
            raise ValidationError(errors)
        return filled

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
        """Returns (field, type, element type) of each type-checked field."""
        known: list[tuple[str, type | None, type | None]] | None = type(self).__dict__.get("_typed_fields")
        if known is None:
            each = [
                (name, JSON_TYPES.get(type(field)), JSON_TYPES.get(type(getattr(field, "child", None))))
                for name, field in self.fields.items()
            ]
            known = [one for one in each if one[1] is not None or one[2] is not None]
            type(self)._typed_fields = known
        return known


class StrictQuery(Strict):
    """Parameters of an address: all values are texts, which the fields convert."""

    def _mistyped(self, data: Mapping[str, Any]) -> dict[str, Any]:
        return {}


def _mistyped_error() -> ErrorDetail:
    return ErrorDetail(gettext("This has a different JSON type than required."), code="type")
