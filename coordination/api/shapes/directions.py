"""Letters up and down the line."""

from typing import Any

from rest_framework import serializers

from coordination.directions.models import Direction

from .parts import OfCaseShape, OrganShape


class DirectionRow(OfCaseShape, serializers.ModelSerializer[Direction]):
    """A letter between a superior and an organ below it."""

    sender = OrganShape()
    receiver = OrganShape()

    class Meta:
        model = Direction
        fields = [
            *("id", "version", "kind", "state", "state_since", "case", "sender", "receiver", "number", "title"),
            *("due_at", "sent_at", "received_at", "created_at", "updated_at"),
        ]


class DirectionDetail(DirectionRow):
    """Answer, objection and reasons are told to the two organs and the centre."""

    INSIDE = ("answer", "objection", "reason")

    class Meta(DirectionRow.Meta):
        fields = [
            *(*DirectionRow.Meta.fields, "text", "shares", "origin", "proceeding", "parent"),
            *("answer", "objection", "reason"),
        ]

    def to_representation(self, instance: Any) -> dict[str, Any]:
        told: dict[str, Any] = super().to_representation(instance)
        inside = instance.reads_answer(self.actor)
        return {name: value if inside or name not in self.INSIDE else "" for name, value in told.items()}
