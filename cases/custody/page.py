"""What the page of a lot shows: its ledger."""

from typing import Any

from django.http import QueryDict

from agencies.kernel.actor import Actor
from cases.casefile.models import Case

from .models import GoodsLot


def page_parts(lot: GoodsLot, actor: Actor, params: QueryDict) -> dict[str, Any]:
    return {
        # An agency that keeps goods for another may not see their case.
        "case_seen": Case.objects.visible_to(actor).filter(pk=lot.case_id).exists(),
        "ledger": list(lot.ledger.select_related("agency", "officer", "counterpart", "custodian", "title_agency")),
        "portions": list(lot.portions.select_related("custodian", "title_agency")),
    }
