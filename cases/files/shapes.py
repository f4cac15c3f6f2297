"""Files in the API. The content has an address of its own, under `links`."""

from typing import Any

from rest_framework.serializers import ChoiceField

from agencies.kernel.shapes import shown
from agencies.people.shapes import PersonShape
from cases.casefile.shapes import OfCaseShape

from .kinds import MEDIA_TYPES
from .models import Attachment


class FileShape(OfCaseShape):
    """The person is shown only within their agency."""

    media_type = ChoiceField(choices=MEDIA_TYPES)

    @shown(PersonShape(allow_null=True))
    def person(self, file: Attachment) -> Any:
        return file.person if file.agency_id == self.actor.agency_id else None
