"""What the page of an identification shows beside it: samples, opinions, and earlier opinions on the same goods."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from rapidfuzz import fuzz

from agencies.journal.timeline import timeline
from agencies.kernel.actor import Actor
from agencies.kernel.resource import RESOURCES

from .models import Identification

ALIKE = 70  # of 100, between two descriptions of goods with the same HS code
MOST_COMPARED, MOST_SHOWN = 200, 10
DETERMINES = "identify_item"


def page_parts(request: Identification, actor: Actor, params: QueryDict) -> dict[str, Any]:
    opinions = list(request.opinions.select_related("given_by"))
    queries = RESOURCES["customs-queries"].model.objects.visible_to(actor)
    return {
        "opinions": opinions,
        "samples": request.samples.all(),
        "earlier": list(earlier(request, actor)),
        "shown_query": queries.filter(pk=request.query_id).first() if request.query_id else None,
        "may_determine": bool(opinions) and _may_determine(request, actor),
        "inside": {"agency": actor.agency_id == request.agency_id, "bureau": actor.agency_id == request.bureau_id},
        "events": timeline(actor, request),
    }


def _may_determine(request: Identification, actor: Actor) -> bool:
    """Whether the actor may record the finding on the item of the case, which is an act of its own."""
    if request.case is None or request.item is None or request.item.removed_at is not None:
        return False
    cases = RESOURCES["cases"]
    seen = cases.model.objects.visible_to(actor).filter(pk=request.case_id).first()
    return seen is not None and DETERMINES in cases.workflow_of(seen).open_to(actor, seen)


def earlier(request: Identification, actor: Actor) -> Iterator[Identification]:
    """Other identifications with an opinion that the reader sees: those of the same control code, and those of the
    same HS code whose goods are described alike. The newest first."""
    codes = {request.control_code, *(one.control_code for one in request.opinions.all())} - {""}
    same_code = Q(control_code__in=codes) | Q(opinions__control_code__in=codes)
    same_hs = Q(hs_code=request.hs_code) if request.hs_code else Q(pk__in=[])
    rows = Identification.objects.visible_to(actor).with_opinion().exclude(pk=request.pk)
    found = rows.filter(same_code | same_hs).distinct().select_related("agency").prefetch_related("opinions")
    shown = 0
    for one in found.order_by("-created_at", "pk")[:MOST_COMPARED]:
        named = {one.control_code, *(opinion.control_code for opinion in one.opinions.all())}
        if codes & named or fuzz.token_set_ratio(one.goods, request.goods) >= ALIKE:
            yield one
            shown += 1
        if shown == MOST_SHOWN:
            return
