"""Major cases."""

from rest_framework import serializers

from cases.casefile.shapes import OfCaseShape

from .models import MajorCase, ProgressEntry


class MajorCaseRow(OfCaseShape, serializers.ModelSerializer[MajorCase]):
    """The mark of a major case. `due_at` is when the next progress, or the result, is due."""

    class Meta:
        model = MajorCase
        fields = [
            *("id", "version", "state", "state_since", "case", "number", "designated_at", "ended_at", "outcome"),
            *("due_at", "breach_at", "created_at", "updated_at"),
        ]


class ProgressEntryShape(serializers.ModelSerializer[ProgressEntry]):
    class Meta:
        model = ProgressEntry
        fields = ["at", "text"]


class MajorCaseDetail(MajorCaseRow):
    """With its entries of progress, newest first."""

    entries = ProgressEntryShape(many=True)

    class Meta(MajorCaseRow.Meta):
        fields = [*MajorCaseRow.Meta.fields, "designation_reason", "ending_reason", "entries"]
