"""Why something is here, for the people of the organ that routed it: `{% load routing %}`."""

from typing import Any

from django import template

from coordination.routing.explaining import told_of
from coordination.routing.models import Routing
from coordination.routing.sending import standing_of

register = template.Library()


@register.inclusion_tag("routing/why.html", takes_context=True)
def why_here(context: template.Context, thing: Any) -> dict[str, Any]:
    """The rule, its version and tier, and each condition beside the value it had; nothing for other organs."""
    actor = context["actor"]
    routing = standing_of([thing.pk], actor.organ_id).get(thing.pk) if actor.is_staff else None
    return {"routing": routing, "told": told_of(routing) if routing else []}


@register.inclusion_tag("routing/line.html")
def routed_line(routing: Routing) -> dict[str, Any]:
    """One line of it, below a row of a queue."""
    return {"routing": routing}
