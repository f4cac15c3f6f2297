"""Leads."""

from typing import Any

from rest_framework.serializers import DictField

from agencies.kernel.shapes import shown
from cases.casefile.shapes import OfCaseShape

from .models import Lead
from .serializers import Flag
from .verdicts import flags_of


class LeadShape(OfCaseShape):
    @shown(DictField())
    def content(self, lead: Lead) -> Any:
        """The newest revision."""
        return lead.newest.content

    @shown(Flag(many=True))
    def flags(self, lead: Lead) -> Any:
        return flags_of(lead)
