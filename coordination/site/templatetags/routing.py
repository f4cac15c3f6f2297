"""Why something is here, for the people of the agency that routed it: `{% load routing %}`."""

from typing import Any

from django import template
from django.urls import reverse

from coordination.automation.routing.explaining import told_of
from coordination.automation.routing.placed import Placed, placed_of
from coordination.automation.routing.prioritising import may_prioritise
from coordination.resources import resource_of

register = template.Library()


@register.inclusion_tag("routing/why.html", takes_context=True)
def why_here(context: template.Context, thing: Any) -> dict[str, Any]:
    """The rule, its version and tier, each condition beside the value it had, and what was set by hand.

    Nothing for other agencies.
    """
    actor = context["actor"]
    placed = placed_of([thing.pk], actor.agency_id).get(thing.pk, Placed()) if actor.is_staff else Placed()
    change = reverse("priority", args=[resource_of(thing).name, thing.pk]) if may_prioritise(actor, thing) else ""
    return {
        "placed": placed,
        "routing": placed.routing,
        "told": told_of(placed.routing) if placed.routing else [],
        "change_url": change,
    }


@register.inclusion_tag("routing/line.html")
def routed_line(routing: Placed) -> dict[str, Any]:
    """One line of it, below a row of a queue."""
    return {"routing": routing}
