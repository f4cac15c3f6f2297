"""Leads."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agencies.people.shapes import AgencyShape
from cases.casefile.shapes import OfCaseShape

from .models import Lead
from .serializers import Flag
from .verdicts import flags_of


class LeadRow(OfCaseShape, serializers.ModelSerializer[Lead]):
    agency = AgencyShape()

    class Meta:
        model = Lead
        fields = [
            *("id", "version", "state", "state_since", "source_system", "report_type", "source_ref", "title"),
            *("severity", "handling", "verdict", "occurred_at", "occurred_precision", "received_at", "revision"),
            *("agency", "case", "closing", "due_at", "breach_at", "updated_at"),
        ]


class LeadDetail(LeadRow):
    content = serializers.SerializerMethodField()
    flags = serializers.SerializerMethodField()

    class Meta(LeadRow.Meta):
        fields = [*LeadRow.Meta.fields, "content", "flags"]

    def get_content(self, lead: Lead) -> dict[str, Any]:
        """The newest revision."""
        content: dict[str, Any] = lead.newest.content
        return content

    @extend_schema_field(Flag(many=True))
    def get_flags(self, lead: Lead) -> list[dict[str, Any]]:
        return flags_of(lead)
