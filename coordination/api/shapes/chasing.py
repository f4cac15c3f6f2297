"""Chase letters."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from coordination.chasing.models import ChaseItem, ChaseLetter
from coordination.chasing.shown import items_of

from .parts import ActorShape, OrganShape, PersonShape, Shape


class ChaseRow(serializers.ModelSerializer[ChaseLetter]):
    """`due_at` is when the reply is due, `expected_on` the day that was told last."""

    sender = OrganShape()
    organ = OrganShape()
    handler = PersonShape(allow_null=True)

    class Meta:
        model = ChaseLetter
        fields = [
            *("id", "version", "state", "state_since", "number", "sender", "organ", "handler", "sent_at", "reminders"),
            *("reminded_at", "due_at", "breach_at", "answer", "expected_on", "answered_at", "office_paper"),
            *("ending_reason", "updated_at"),
        ]


class ChaseItemShape(Shape[Any]):
    """One late thing, as the caller sees it today: a period, a task, a letter up or down, an opinion, a conference."""

    kind = serializers.ChoiceField(choices=ChaseItem.Kind.choices, source="item.kind")
    id = serializers.UUIDField(source="item.thing_id")
    name = serializers.CharField()
    legal_basis = serializers.CharField(source="basis")
    late_since = serializers.DateTimeField(source="item.late_since")
    met_at = serializers.DateTimeField(source="item.met_at", allow_null=True)


class ChaseDetail(ActorShape, ChaseRow):
    """What it is about is cut to the caller's sight."""

    items = serializers.SerializerMethodField()

    class Meta(ChaseRow.Meta):
        fields = [*ChaseRow.Meta.fields, "remark", "items"]

    @extend_schema_field(ChaseItemShape(many=True))
    def get_items(self, letter: ChaseLetter) -> Any:
        return ChaseItemShape(items_of(letter, self.actor), many=True).data
