"""Questions to agencies and their opinions."""

from typing import Any

from agencies.kernel.shapes import shown
from agencies.people.shapes import ModelShape
from cases.casefile.shapes import OfCaseShape

from .models import Opinion, OpinionRound


class OpinionShape(ModelShape):
    """An agency's opinion. Visible once its responsible person has given it; the steps before remain inside the
    agency."""

    class Meta:
        model = Opinion
        fields = [
            *("id", "version", "round", "state", "state_since", "agency", "stance", "conditions", "reasons"),
            *("given_at", "due_at", "updated_at"),
        ]


class RoundShape(OfCaseShape):
    """A question to the agencies of a case."""

    @shown(OpinionShape(many=True))
    def opinions(self, round: OpinionRound) -> Any:
        return round.opinions.select_related("agency").order_by("agency")
