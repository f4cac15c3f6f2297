"""Conferences."""

from typing import Any

from rest_framework.serializers import BooleanField

from agencies.kernel.shapes import shown
from agencies.people.shapes import ModelShape, fields_of
from cases.casefile.shapes import OfCaseShape

from .access import reads_inside as reads_conference
from .models import Conference, Minutes, Participant, Resolution


class ResolutionShape(ModelShape):
    """`asked` if it became a task."""

    class Meta:
        model = Resolution
        fields = ["agency", "title", "due_at", "asked"]

    @shown(BooleanField())
    def asked(self, resolution: Resolution) -> bool:
        return resolution.task_id is not None


class ConferenceShape(OfCaseShape):
    """Participants, time and agenda. Minutes and resolutions are null for readers who do not see the case."""

    participants = fields_of(Participant, "agency", "answer", "confirmed")(many=True)

    @shown(fields_of(Minutes, "edition", "text", "at")(many=True, allow_null=True))
    def minutes(self, conference: Conference) -> Any:
        return conference.minutes.all() if reads_conference(self.actor, conference) else None

    @shown(ResolutionShape(many=True, allow_null=True))
    def resolutions(self, conference: Conference) -> Any:
        inside = reads_conference(self.actor, conference)
        return conference.resolutions.select_related("agency") if inside else None
