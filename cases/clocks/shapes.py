"""Clocks and their rules."""

from typing import Any

from rest_framework.serializers import BooleanField, CharField, IntegerField

from agencies.kernel.shapes import READ_ONLY
from agencies.people.shapes import AgencyShape, ModelShape
from cases.casefile.shapes import OfCaseShape

from .access import reads_papers
from .models import ClockChange, ClockExtension, ClockPause, PeriodRule


class PaperShape(ModelShape):
    """Base of changes to a clock. Papers and reasons are shown only to the agency that keeps it."""

    PAPERS = {"paper", "reason"}

    def to_representation(self, instance: Any) -> dict[str, Any]:
        data: dict[str, Any] = super().to_representation(instance)
        if reads_papers(self.actor, instance.clock):
            return data
        return {name: value for name, value in data.items() if name not in self.PAPERS}


class PauseShape(PaperShape):
    ground = CharField(source="ground.ground", **READ_ONLY)
    paper = CharField(required=False)

    class Meta:
        model = ClockPause
        fields = ["ground", "since", "until", "last_day", "paper"]


class ExtensionShape(PaperShape):
    step = IntegerField(source="step.step", **READ_ONLY)
    unit = CharField(source="step.unit", **READ_ONLY)
    office = CharField(source="step.office", **READ_ONLY)
    paper = CharField(required=False)

    class Meta:
        model = ClockExtension
        fields = ["step", "length", "unit", "office", "granted_at", "paper"]


class ChangeShape(PaperShape):
    """One change of the due time."""

    paper = CharField(required=False)
    reason = CharField(required=False)

    class Meta:
        model = ClockChange
        fields = [
            *("why", "agency", "happened_at", "was_due_at", "was_breach_at", "due_at", "breach_at", "provisional"),
            *("paper", "reason"),
        ]


class RuleShape(ModelShape):
    name = CharField(**READ_ONLY)
    citation = CharField(**READ_ONLY)

    class Meta:
        model = PeriodRule
        fields = ["code", "version", "name", "kind", "legal_basis", "citation"]


class ClockShape(OfCaseShape):
    """`due_at` is the strict reading, `breach_at` the lenient one; both are null while the period is suspended."""

    rule = RuleShape()
    agency = AgencyShape(allow_null=True)
    provisional = BooleanField(required=False)
    pauses = PauseShape(many=True)
    extensions = ExtensionShape(many=True)
    changes = ChangeShape(many=True)
