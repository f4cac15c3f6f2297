"""The base of what comes from outside as JSON."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError


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
        try:
            told = super().to_internal_value(data)
        except ValidationError as wrong:
            known: Any = wrong.detail
            raise ValidationError({**errors, **known}) from wrong
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
