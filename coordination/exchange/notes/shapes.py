"""Notes."""

from typing import Any

from rest_framework.serializers import CharField, SlugRelatedField

from agencies.kernel.shapes import READ_ONLY, shown
from agencies.people.shapes import ModelShape, PersonShape
from cases.casefile.shapes import CaseRef

from .models import Note


class NoteShape(ModelShape):
    """The author is shown only within their agency; the text of a withdrawn note is shown to no reader."""

    case = CaseRef()
    unit = SlugRelatedField("code", allow_null=True, **READ_ONLY)

    @shown(PersonShape(allow_null=True))
    def author(self, note: Note) -> Any:
        return note.author if note.agency_id == self.actor.agency_id else None

    @shown(CharField())
    def text(self, note: Note) -> str:
        return note.text if note.state == Note.State.WRITTEN else ""
