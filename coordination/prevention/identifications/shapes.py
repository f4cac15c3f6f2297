"""Identifications over JSON."""

from typing import Any

from rest_framework.serializers import CharField, ListField

from agencies.kernel.shapes import shown
from agencies.people.shapes import fields_of
from cases.casefile.shapes import OfCaseShape
from coordination.prevention.customsqueries.models import CustomsQuery

from .models import Identification, ItemOpinion, Sample

ItemOpinionShape = fields_of(ItemOpinion, "number", "finding", "control_code", "reasons", "reports", "at")
SampleShape = fields_of(Sample, "number", "place", "seal", "added_at", name="IdentifiedSampleShape")


class IdentificationShape(OfCaseShape):
    """A request to identify goods. `opinions` are its versions, the newest first; the first one counts. `query` is null
    for readers who do not see the customs query."""

    papers = ListField(child=CharField())
    samples = SampleShape(many=True)
    opinions = ItemOpinionShape(many=True)

    @shown(CharField(allow_null=True))
    def query(self, request: Identification) -> Any:
        if request.query_id is None:
            return None
        seen = CustomsQuery.objects.visible_to(self.actor).filter(pk=request.query_id)
        return str(request.query_id) if seen.exists() else None
