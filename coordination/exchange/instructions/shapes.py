"""Letters between superior and subordinate agencies."""

from typing import Any

from rest_framework import serializers

from agencies.people.shapes import AgencyShape
from cases.casefile.shapes import OfCaseShape

from .models import Instruction


class InstructionRow(OfCaseShape, serializers.ModelSerializer[Instruction]):
    """A letter between a superior and an agency below it."""

    sender = AgencyShape()
    receiver = AgencyShape()

    class Meta:
        model = Instruction
        fields = [
            *("id", "version", "kind", "state", "state_since", "case", "sender", "receiver", "number", "title"),
            *("due_at", "sent_at", "received_at", "created_at", "updated_at"),
        ]


class InstructionDetail(InstructionRow):
    """Answer, objection and reasons are shown to the two agencies and the centre."""

    INSIDE = ("answer", "objection", "reason")

    class Meta(InstructionRow.Meta):
        fields = [
            *(*InstructionRow.Meta.fields, "text", "shares", "origin", "proceeding", "parent"),
            *("answer", "objection", "reason"),
        ]

    def to_representation(self, instance: Any) -> dict[str, Any]:
        data: dict[str, Any] = super().to_representation(instance)
        inside = instance.reads_answer(self.actor)
        return {name: value if inside or name not in self.INSIDE else "" for name, value in data.items()}
