"""Steps recorded on behalf of organs that do not sign in."""

from rest_framework import serializers

from agencies.journal.models import BehalfStep
from agencies.organs.models import Agency

from .parts import READ_ONLY


class RecordedStepShape(serializers.ModelSerializer[BehalfStep]):
    """A step that was recorded for an organ that did not sign in: told to it and to the organ that recorded it."""

    verb = serializers.CharField(source="event.verb", **READ_ONLY)
    object_kind = serializers.CharField(source="event.object_kind", **READ_ONLY)
    object_id = serializers.UUIDField(source="event.object_id", **READ_ONLY)
    happened_at = serializers.DateTimeField(source="event.happened_at", **READ_ONLY)
    recorded_at = serializers.DateTimeField(source="event.recorded_at", **READ_ONLY)
    organ = serializers.SerializerMethodField()
    recorder = serializers.SerializerMethodField()

    class Meta:
        model = BehalfStep
        fields = [
            *("id", "version", "state", "state_since", "verb", "object_kind", "object_id", "happened_at"),
            *("recorded_at", "organ", "recorder", "paper"),
        ]

    def get_organ(self, step: BehalfStep) -> str:
        return Agency.objects.get(pk=step.organ_id).code

    def get_recorder(self, step: BehalfStep) -> str:
        return Agency.objects.get(pk=step.recorder_id).code
