"""Reminders."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agencies.kernel.shapes import ActorShape, Shape
from agencies.people.shapes import AgencyShape, PersonShape

from .models import Reminder, ReminderItem
from .presentation import items_of


class ReminderRow(serializers.ModelSerializer[Reminder]):
    """`due_at` is when the reply is due, `expected_on` the date last given in a reply."""

    sender = AgencyShape()
    agency = AgencyShape()
    handler = PersonShape(allow_null=True)

    class Meta:
        model = Reminder
        fields = [
            *("id", "version", "state", "state_since", "number", "sender", "agency", "handler", "sent_at", "repeats"),
            *("reminded_at", "due_at", "breach_at", "answer", "expected_on", "answered_at", "office_paper"),
            *("ending_reason", "updated_at"),
        ]


class ReminderItemShape(Shape[Any]):
    """One late item, as the caller sees it today: a period, a task, a letter up or down, an opinion, a conference."""

    kind = serializers.ChoiceField(choices=ReminderItem.Kind.choices, source="item.kind")
    id = serializers.UUIDField(source="item.thing_id")
    name = serializers.CharField()
    legal_basis = serializers.CharField(source="basis")
    citation = serializers.CharField()
    late_since = serializers.DateTimeField(source="item.late_since")
    met_at = serializers.DateTimeField(source="item.met_at", allow_null=True)


class ReminderDetail(ActorShape, ReminderRow):
    """Its items are limited to what the caller may see."""

    items = serializers.SerializerMethodField()

    class Meta(ReminderRow.Meta):
        fields = [*ReminderRow.Meta.fields, "remark", "items"]

    @extend_schema_field(ReminderItemShape(many=True))
    def get_items(self, letter: Reminder) -> Any:
        return ReminderItemShape(items_of(letter, self.actor), many=True).data
