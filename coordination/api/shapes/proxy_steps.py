"""Steps recorded on behalf of agencies that do not sign in."""

from rest_framework import serializers

from agencies.journal.models import ProxyStep
from agencies.organisations.models import Agency

from .parts import READ_ONLY


class RecordedStepShape(serializers.ModelSerializer[ProxyStep]):
    """A step recorded for an agency that did not sign in: visible to it and to the recording agency."""

    verb = serializers.CharField(source="event.verb", **READ_ONLY)
    object_kind = serializers.CharField(source="event.object_kind", **READ_ONLY)
    object_id = serializers.UUIDField(source="event.object_id", **READ_ONLY)
    happened_at = serializers.DateTimeField(source="event.happened_at", **READ_ONLY)
    recorded_at = serializers.DateTimeField(source="event.recorded_at", **READ_ONLY)
    agency = serializers.SerializerMethodField()
    recorder = serializers.SerializerMethodField()

    class Meta:
        model = ProxyStep
        fields = [
            *("id", "version", "state", "state_since", "verb", "object_kind", "object_id", "happened_at"),
            *("recorded_at", "agency", "recorder", "paper"),
        ]

    def get_agency(self, step: ProxyStep) -> str:
        return Agency.objects.get(pk=step.agency_id).code

    def get_recorder(self, step: ProxyStep) -> str:
        return Agency.objects.get(pk=step.recorder_id).code
