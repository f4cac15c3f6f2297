"""Conferences."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agencies.people.shapes import AgencyShape
from cases.casefile.shapes import OfCaseShape

from .access import reads_inside as reads_conference
from .models import Conference, Minutes, Participant, Resolution


class ParticipantShape(serializers.ModelSerializer[Participant]):
    agency = AgencyShape()

    class Meta:
        model = Participant
        fields = ["agency", "answer", "confirmed"]


class MinutesShape(serializers.ModelSerializer[Minutes]):
    class Meta:
        model = Minutes
        fields = ["edition", "text", "at"]


class ResolutionShape(serializers.ModelSerializer[Resolution]):
    """`asked` if it became a task."""

    agency = AgencyShape()
    asked = serializers.SerializerMethodField()

    class Meta:
        model = Resolution
        fields = ["agency", "title", "due_at", "asked"]

    def get_asked(self, resolution: Resolution) -> bool:
        return resolution.task_id is not None


class ConferenceRow(OfCaseShape, serializers.ModelSerializer[Conference]):
    """Participants, time and agenda."""

    agency = AgencyShape()

    class Meta:
        model = Conference
        fields = [
            *("id", "version", "state", "state_since", "case", "agency", "title", "agenda", "starts_at", "place"),
            *("phone", "reason", "updated_at"),
        ]


class ConferenceDetail(ConferenceRow):
    """Minutes and resolutions are null for readers who do not see the case."""

    participants = ParticipantShape(many=True)
    minutes = serializers.SerializerMethodField()
    resolutions = serializers.SerializerMethodField()

    class Meta(ConferenceRow.Meta):
        fields = [*ConferenceRow.Meta.fields, "participants", "minutes", "resolutions"]

    @extend_schema_field(MinutesShape(many=True, allow_null=True))
    def get_minutes(self, conference: Conference) -> Any:
        inside = reads_conference(self.actor, conference)
        return MinutesShape(conference.minutes.all(), many=True).data if inside else None

    @extend_schema_field(ResolutionShape(many=True, allow_null=True))
    def get_resolutions(self, conference: Conference) -> Any:
        inside = reads_conference(self.actor, conference)
        return ResolutionShape(conference.resolutions.select_related("agency"), many=True).data if inside else None
