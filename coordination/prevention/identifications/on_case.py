"""Identifications on the page of their case, on the tab of the customs queries."""

from agencies.kernel.case_parts import CasePart

from .models import Identification


class IdentificationsOnCase(CasePart):
    related = ("agency", "bureau", "case", "asker", "handler")
    order = ("created_at", "pk")
    open_first = True

    def title(self, row: Identification) -> str:
        return row.goods
