"""Clocks and their rules."""

from typing import Any

from rest_framework import serializers

from agencies.kernel.shapes import READ_ONLY, ActorShape
from agencies.people.shapes import AgencyShape
from cases.casefile.shapes import OfCaseShape

from .access import reads_papers
from .models import Clock, ClockChange, ClockExtension, ClockPause, Rule


class RuleShape(serializers.ModelSerializer[Rule]):
    name = serializers.CharField(**READ_ONLY)
    citation = serializers.CharField(**READ_ONLY)

    class Meta:
        model = Rule
        fields = ["code", "version", "name", "kind", "legal_basis", "citation"]


class ClockRow(OfCaseShape, serializers.ModelSerializer[Clock]):
    """`due_at` is the strict reading, `breach_at` the lenient one; both are null while the period is suspended."""

    rule = RuleShape()
    agency = AgencyShape(allow_null=True)

    class Meta:
        model = Clock
        fields = [
            *("id", "version", "state", "state_since", "rule", "subject_kind", "subject_id", "case", "agency"),
            *("started_at", "due_at", "breach_at", "provisional", "stopped_at"),
        ]


class PaperShape(ActorShape):
    """Base of changes to a clock. Papers and reasons are shown only to the agency that keeps it."""

    PAPERS = {"paper", "reason"}

    def to_representation(self, instance: Any) -> dict[str, Any]:
        data: dict[str, Any] = super().to_representation(instance)
        if reads_papers(self.actor, instance.clock):
            return data
        return {name: value for name, value in data.items() if name not in self.PAPERS}


class PauseShape(PaperShape, serializers.ModelSerializer[ClockPause]):
    ground = serializers.CharField(source="ground.ground", **READ_ONLY)
    paper = serializers.CharField(required=False)

    class Meta:
        model = ClockPause
        fields = ["ground", "since", "until", "last_day", "paper"]


class ExtensionShape(PaperShape, serializers.ModelSerializer[ClockExtension]):
    step = serializers.IntegerField(source="step.step", **READ_ONLY)
    unit = serializers.CharField(source="step.unit", **READ_ONLY)
    office = serializers.CharField(source="step.office", **READ_ONLY)
    paper = serializers.CharField(required=False)

    class Meta:
        model = ClockExtension
        fields = ["step", "length", "unit", "office", "granted_at", "paper"]


class ChangeShape(PaperShape, serializers.ModelSerializer[ClockChange]):
    """One change of the due time."""

    agency = AgencyShape(allow_null=True)
    paper = serializers.CharField(required=False)
    reason = serializers.CharField(required=False)

    class Meta:
        model = ClockChange
        fields = [
            *("why", "agency", "happened_at", "was_due_at", "was_breach_at", "due_at", "breach_at", "provisional"),
            *("paper", "reason"),
        ]


class ClockDetail(ClockRow):
    pauses = PauseShape(many=True)
    extensions = ExtensionShape(many=True)
    changes = ChangeShape(many=True)

    class Meta(ClockRow.Meta):
        fields = [*ClockRow.Meta.fields, "pauses", "extensions", "changes"]
