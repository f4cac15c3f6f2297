"""Major cases."""

from agencies.people.shapes import fields_of
from cases.casefile.shapes import OfCaseShape

from .models import ProgressEntry


class MajorCaseShape(OfCaseShape):
    """The mark of a major case. `due_at` is when the next progress, or the result, is due. Its entries of progress are
    newest first."""

    entries = fields_of(ProgressEntry, "at", "text")(many=True)
