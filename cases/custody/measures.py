"""What goods in custody contribute to the figures: the quantity seized, and the reported against the weighed one."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from agencies.kernel.measures import FactCollector, History, MeasuredFact, Measures, first_entered, labels
from cases.casefile.measures import materials_of

from .models import GoodsLot


def _facts(lot: Any, history: History) -> Iterable[MeasuredFact]:
    if lot.parent_id is not None:
        return []  # a portion was seized with its lot
    found = FactCollector(lot.taken_by_id, labels(mineral=_mineral(lot)))
    # By the event and not by the entry of the custody ledger, which stays as it was when the time is corrected.
    taken = first_entered(history, GoodsLot.State.HELD)
    found.count("goods.lots", taken or lot.created_at)
    if lot.taken_kg is not None:
        found.count("goods.seized", taken or lot.created_at, amount=lot.taken_kg)
    item = lot.item
    if item and item.net_weight_kg is not None and lot.taken_kg:
        found.count("goods.found_kg", taken or lot.created_at, amount=lot.taken_kg)
        if lot.is_first:
            found.count("goods.declared_kg", taken or lot.created_at, amount=item.net_weight_kg)
    return found.facts


def _mineral(lot: Any) -> str:
    item = lot.item
    codes = {"control_code": item.control_code, "hs_code": item.hs_code} if item else {}
    return min(materials_of({"description": lot.description, **codes}), default="other")


def _rows(matters: Collection[UUID]) -> QuerySet[Any]:
    earlier = GoodsLot.objects.filter(item=OuterRef("item"), parent=None, created_at__lt=OuterRef("created_at"))
    lots = GoodsLot.objects.filter(case__in=matters).annotate(is_first=~Exists(earlier))
    return lots.select_related("item")


MEASURES = Measures(rows=_rows, facts=_facts)
