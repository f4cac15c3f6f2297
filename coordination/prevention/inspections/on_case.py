"""Inspections on the page of the case that gave rise to them, for the agency that inspects."""

from agencies.kernel.case_parts import CasePart

from .models import Inspection


class InspectionsOnCase(CasePart):
    related = ("agency", "exporter", "handler")
    order = ("-starts_on", "pk")

    def title(self, row: Inspection) -> str:
        return str(row)
