"""What the page of an entry of a watch list shows: its versions, and what met a watched route."""

from typing import Any

from django.http import QueryDict

from agencies.journal.timeline import timeline
from agencies.kernel.actor import Actor
from agencies.kernel.resource import RESOURCES
from cases.casefile.models import Case

from .models import Listing, WatchHit

MOST_MET = 50


def page_parts(listing: Listing, actor: Actor, params: QueryDict) -> dict[str, Any]:
    versions = list(Listing.objects.visible_to(actor).filter(code=listing.code).order_by("-number"))
    return {
        "versions": versions,
        "met": _met(listing, actor) if listing.is_route else None,
        "events": timeline(actor, *versions),
    }


def _met(watch: Listing, actor: Actor) -> dict[str, Any]:
    """The newest leads and cases that met a watched route, as far as the reader sees them."""
    hits = WatchHit.objects.filter(code=watch.code)
    leads = RESOURCES["leads"].model.objects.visible_to(actor).filter(pk__in=hits.values("subject"))
    cases = Case.objects.contents_visible_to(actor).filter(pk__in=hits.exclude(case=None).values("case"))
    return {
        "leads": leads.order_by("-received_at", "pk")[:MOST_MET],
        "cases": cases.order_by("-updated_at", "pk")[:MOST_MET],
    }
