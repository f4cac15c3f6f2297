"""Reminders."""

from typing import Any

from rest_framework import serializers

from agencies.kernel.shapes import Shape, shown
from agencies.people.shapes import ModelShape, PersonShape

from .models import Reminder
from .presentation import items_of


class ReminderItemShape(Shape[Any]):
    """One late item, as the caller sees it today: a period, a task, a letter up or down, an opinion, a conference."""

    kind = serializers.CharField(source="item.kind")
    id = serializers.UUIDField(source="item.thing_id")
    name = serializers.CharField()
    legal_basis = serializers.CharField(source="basis")
    citation = serializers.CharField()
    late_since = serializers.DateTimeField(source="item.late_since")
    met_at = serializers.DateTimeField(source="item.met_at", allow_null=True)


class ReminderShape(ModelShape):
    """`due_at` is when the reply is due, `expected_on` the date last given in a reply. Its items are limited to what
    the caller may see."""

    handler = PersonShape(allow_null=True)

    @shown(ReminderItemShape(many=True))
    def items(self, letter: Reminder) -> Any:
        return items_of(letter, self.actor)
