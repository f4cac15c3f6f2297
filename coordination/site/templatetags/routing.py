"""Explains routing decisions to the agency's own people: `{% load routing %}`."""

from typing import Any

from django import template
from django.urls import reverse

from agencies.kernel.resource import resource_of
from coordination.automation.routing.explaining import compared_conditions
from coordination.automation.routing.placement import Placement, placed_at
from coordination.automation.routing.prioritising import may_prioritise

register = template.Library()


@register.inclusion_tag("routing/why.html", takes_context=True)
def why_here(context: template.Context, thing: Any) -> dict[str, Any]:
    """Rule, version, tier, each condition with its value, and priority set by hand.

    Empty for other agencies.
    """
    actor = context["actor"]
    placed = placed_at(thing, actor.agency_id) if actor.is_staff else Placement()
    change = reverse("priority", args=[resource_of(thing).name, thing.pk]) if may_prioritise(actor, thing) else ""
    return {
        "placed": placed,
        "routing": placed.routing,
        "conditions": compared_conditions(placed.routing) if placed.routing else [],
        "change_url": change,
    }


@register.inclusion_tag("routing/line.html")
def routed_line(routing: Placement) -> dict[str, Any]:
    """A short version below a queue row."""
    return {"routing": routing}
