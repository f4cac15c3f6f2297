"""Notes."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agencies.kernel.shapes import READ_ONLY, ActorShape
from agencies.people.shapes import AgencyShape, PersonShape
from cases.casefile.shapes import CaseRef

from .models import Note


class NoteRow(ActorShape, serializers.ModelSerializer[Note]):
    """The author is shown only within their agency; the text of a withdrawn note is shown to no reader."""

    case = CaseRef()
    agency = AgencyShape()
    unit = serializers.SlugRelatedField("code", **READ_ONLY)
    author = serializers.SerializerMethodField()
    text = serializers.SerializerMethodField()

    class Meta:
        model = Note
        fields = [
            *("id", "version", "case", "state", "state_since", "agency", "author", "audience", "unit"),
            *("about_kind", "about_id", "text", "said_at", "edits", "reason", "updated_at"),
        ]

    @extend_schema_field(PersonShape(allow_null=True))
    def get_author(self, note: Note) -> Any:
        return PersonShape(note.author).data if note.agency_id == self.actor.agency_id else None

    def get_text(self, note: Note) -> str:
        return note.text if note.state == Note.State.WRITTEN else ""
