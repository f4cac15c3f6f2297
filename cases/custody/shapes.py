"""Goods in custody."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from agencies.kernel.shapes import READ_ONLY, ActorShape
from agencies.people.shapes import AgencyShape
from cases.casefile.shapes import OfCaseShape

from .access import names_officers
from .models import CustodyEvent, GoodsLot


class LotRow(OfCaseShape, serializers.ModelSerializer[GoodsLot]):
    """Location, custodian and the agency holding it under a measure are three separate facts."""

    item = serializers.UUIDField(source="item_id", allow_null=True, **READ_ONLY)
    part_of = serializers.UUIDField(source="parent_id", allow_null=True, **READ_ONLY)
    custodian = AgencyShape()
    title_agency = AgencyShape(allow_null=True)
    offered_to = AgencyShape(allow_null=True)

    class Meta:
        model = GoodsLot
        fields = [
            *("id", "version", "state", "state_since", "case", "item", "part_of", "number", "description", "is_sample"),
            *("unit", "received", "portioned", "lost", "loss_reason", "quantity", "net_weight_kg", "location"),
            *("custodian", "storage", "title_agency", "title_kind", "title_since", "seal", "offered_to"),
            *("offers_title", "updated_at"),
        ]


class LedgerShape(ActorShape, serializers.ModelSerializer[CustodyEvent]):
    """One entry of the ledger, and the lot's state after it. Officers are named to their own agency only."""

    agency = AgencyShape()
    officer = serializers.SerializerMethodField()
    counterpart = AgencyShape(allow_null=True)
    custodian = AgencyShape()
    title_agency = AgencyShape(allow_null=True)

    class Meta:
        model = CustodyEvent
        fields = [
            *("kind", "happened_at", "recorded_at", "agency", "officer", "counterpart", "amount", "paper", "reason"),
            *("quantity", "location", "custodian", "storage", "title_agency", "title_kind", "seal"),
        ]

    def get_officer(self, line: CustodyEvent) -> str:
        return line.officer.name if line.officer and names_officers(self.actor, line.agency_id) else ""


class LotDetail(LotRow):
    ledger = serializers.SerializerMethodField()

    class Meta(LotRow.Meta):
        fields = [*LotRow.Meta.fields, "ledger"]

    @extend_schema_field(LedgerShape(many=True))
    def get_ledger(self, lot: GoodsLot) -> Any:
        lines = lot.ledger.select_related("agency", "officer", "counterpart", "custodian", "title_agency")
        return LedgerShape(lines, many=True, context=self.context).data
