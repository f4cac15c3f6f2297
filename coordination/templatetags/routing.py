"""Why something is here, for the people of the organ that routed it: `{% load routing %}`."""

from typing import Any

from django import template
from django.urls import reverse

from coordination.nouns import noun_of
from coordination.routing.explaining import told_of
from coordination.routing.placed import Placed, placed_of
from coordination.routing.prioritising import may_prioritise

register = template.Library()


@register.inclusion_tag("routing/why.html", takes_context=True)
def why_here(context: template.Context, thing: Any) -> dict[str, Any]:
    """The rule, its version and tier, each condition beside the value it had, and what was set by hand.

    Nothing for other organs.
    """
    actor = context["actor"]
    placed = placed_of([thing.pk], actor.organ_id).get(thing.pk, Placed()) if actor.is_staff else Placed()
    change = reverse("priority", args=[noun_of(thing).name, thing.pk]) if may_prioritise(actor, thing) else ""
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
