"""Goods in custody."""

from typing import Any

from rest_framework.serializers import CharField, UUIDField

from agencies.kernel.shapes import READ_ONLY, shown
from agencies.people.shapes import ModelShape
from cases.casefile.shapes import OfCaseShape

from .access import names_officers
from .models import CustodyEvent, GoodsLot


class LedgerShape(ModelShape):
    """One entry of the ledger, and the lot's state after it. Officers are named to their own agency only."""

    class Meta:
        model = CustodyEvent
        fields = [
            *("kind", "happened_at", "recorded_at", "agency", "officer", "counterpart", "amount", "paper", "reason"),
            *("quantity", "location", "custodian", "storage", "title_agency", "title_kind", "seal"),
        ]

    @shown(CharField())
    def officer(self, line: CustodyEvent) -> str:
        return line.officer.name if line.officer and names_officers(self.actor, line.agency_id) else ""


class LotShape(OfCaseShape):
    """Location, custodian and the agency holding it under a measure are three separate facts."""

    part_of = UUIDField(source="parent_id", allow_null=True, **READ_ONLY)

    @shown(LedgerShape(many=True))
    def ledger(self, lot: GoodsLot) -> Any:
        return lot.ledger.select_related("agency", "officer", "counterpart", "custodian", "title_agency")
