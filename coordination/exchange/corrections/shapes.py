"""Corrections of records."""

from rest_framework import serializers

from agencies.kernel.shapes import READ_ONLY

from .models import Correction


class CorrectionShape(serializers.ModelSerializer[Correction]):
    """A proposal of the caller's agency to correct one of its records."""

    case = serializers.UUIDField(source="case_id", allow_null=True, **READ_ONLY)
    lead = serializers.UUIDField(source="lead_id", allow_null=True, **READ_ONLY)
    event = serializers.CharField(source="event.digest", **READ_ONLY)
    object_kind = serializers.CharField(source="event.object_kind", **READ_ONLY)
    object_id = serializers.UUIDField(source="event.object_id", **READ_ONLY)

    class Meta:
        model = Correction
        fields = [
            *("id", "version", "state", "state_since", "case", "lead", "event", "object_kind", "object_id", "kind"),
            *("happened_at", "new_paper", "paper", "reason", "created_at", "updated_at"),
        ]
