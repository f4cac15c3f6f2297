"""Corrections of records."""

from rest_framework.serializers import CharField, UUIDField

from agencies.kernel.shapes import READ_ONLY
from agencies.people.shapes import ModelShape


class CorrectionShape(ModelShape):
    """A proposal of the caller's agency to correct one of its records."""

    event = CharField(source="event.digest", **READ_ONLY)
    object_kind = CharField(source="event.object_kind", **READ_ONLY)
    object_id = UUIDField(source="event.object_id", **READ_ONLY)
