"""Files in the API. The content has an address of its own, under `links`."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agencies.people.shapes import AgencyShape, PersonShape
from cases.casefile.shapes import OfCaseShape

from .kinds import MEDIA_TYPES
from .models import Attachment


class AttachmentRow(OfCaseShape, serializers.ModelSerializer[Attachment]):
    """The person is shown only within their agency."""

    agency = AgencyShape()
    person = serializers.SerializerMethodField()
    media_type = serializers.ChoiceField(choices=MEDIA_TYPES)

    class Meta:
        model = Attachment
        fields = [
            *("id", "version", "case", "about_kind", "about_id", "agency", "person", "audience", "state"),
            *("state_since", "title", "note", "reason", "media_type", "size", "sha256", "scanned_at"),
            *("created_at", "updated_at"),
        ]

    @extend_schema_field(PersonShape(allow_null=True))
    def get_person(self, file: Attachment) -> Any:
        return PersonShape(file.person).data if file.agency_id == self.actor.agency_id else None
