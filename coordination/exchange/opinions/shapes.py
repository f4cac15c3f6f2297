"""Questions to agencies and their opinions."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agencies.kernel.shapes import ActorShape
from agencies.people.shapes import AgencyShape
from cases.casefile.shapes import OfCaseShape

from .models import Opinion, OpinionRound


class OpinionShape(ActorShape, serializers.ModelSerializer[Opinion]):
    """An agency's opinion. Visible once its responsible person has given it; the steps before remain inside the
    agency."""

    agency = AgencyShape()

    class Meta:
        model = Opinion
        fields = [
            *("id", "version", "round", "state", "state_since", "agency", "stance", "conditions", "reasons"),
            *("given_at", "due_at", "updated_at"),
        ]


class RoundRow(OfCaseShape, serializers.ModelSerializer[OpinionRound]):
    """A question to the agencies of a case."""

    agency = AgencyShape()

    class Meta:
        model = OpinionRound
        fields = [
            *("id", "version", "state", "state_since", "case", "agency", "title", "about_kind", "about_id", "due_at"),
            *("created_at", "updated_at"),
        ]


class RoundDetail(RoundRow):
    opinions = serializers.SerializerMethodField()

    class Meta(RoundRow.Meta):
        fields = [*RoundRow.Meta.fields, "text", "conclusion", "reason", "opinions"]

    @extend_schema_field(OpinionShape(many=True))
    def get_opinions(self, round: OpinionRound) -> Any:
        rows = round.opinions.select_related("agency").order_by("agency")
        return OpinionShape(rows, many=True, context=self.context).data
