"""Inspections over JSON."""

from rest_framework.serializers import IntegerField

from agencies.kernel.shapes import READ_ONLY
from agencies.people.shapes import ModelShape, fields_of
from cases.casefile.shapes import OfCaseShape

from .models import ChecklistItem, Inspector, Sample


class PointShape(ModelShape):
    """A point of the checklist."""

    number = IntegerField(source="position", **READ_ONLY)


class InspectionShape(OfCaseShape):
    """An inspection with its officers, checklist and samples. `case` is null for readers who do not see the case."""

    inspectors = fields_of(Inspector, "person", "certificate", "present")(many=True)
    checklist = fields_of(ChecklistItem, "number", "text", "finding", "remark", bases=(PointShape,))(many=True)
    samples = fields_of(Sample, "number", "what", "seal", "kept_at", "taken_at")(many=True)
