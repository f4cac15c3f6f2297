"""The page of a lot: its data and its ledger."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from agencies.kernel.permissions import CASE_READER, actor_of, page
from cases.casefile.models import Case

from .models import GoodsLot

RELATED = ("case", "item", "parent", "custodian", "title_agency", "taken_by", "offered_to")


@page(CASE_READER)
def lot(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    found: GoodsLot = get_object_or_404(GoodsLot.objects.visible_to(actor).select_related(*RELATED), pk=pk)
    context = {
        "lot": found,
        # An agency that keeps goods for another may not see their case.
        "case_seen": Case.objects.visible_to(actor).filter(pk=found.case_id).exists(),
        "ledger": list(found.ledger.select_related("agency", "officer", "counterpart", "custodian", "title_agency")),
        "portions": list(found.portions.select_related("custodian", "title_agency")),
    }
    return render(request, "custody/lot.html", context)
