"""Typical cases over JSON."""

from rest_framework import serializers

from agencies.people.shapes import AgencyShape
from cases.casefile.shapes import OfCaseShape

from .models import TEXTS, TypicalCase


class TypicalCaseRow(OfCaseShape, serializers.ModelSerializer[TypicalCase]):
    """The account of a concluded case without names. `case` is null for readers who may not see the case."""

    agency = AgencyShape()

    class Meta:
        model = TypicalCase
        fields = [
            *("id", "version", "state", "state_since", "case", "agency", "title_zh", "title_en", "published_at"),
            *("created_at", "updated_at"),
        ]


class TypicalCaseDetail(TypicalCaseRow):
    class Meta(TypicalCaseRow.Meta):
        fields = [
            *TypicalCaseRow.Meta.fields,
            *(name for name in TEXTS if not name.startswith("title")),
            *("digest", "ending_reason"),
        ]
