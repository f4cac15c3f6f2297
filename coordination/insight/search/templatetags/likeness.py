"""Similar leads and cases, and entries of watch lists that name a party: `{% load likeness %}`."""

from typing import Any

from django import template

from cases.casefile.facts import CaseFacts
from cases.intake.models import Lead
from cases.intake.similar import SimilarToLead
from coordination.insight.search.screening import screen_lead, screen_rows
from coordination.insight.search.similar_matters import similar_matters

register = template.Library()
LOOKED_BEFORE = frozenset({"take_up", "promote", "attach"})
"""Actions before which the reader should check for similar matters."""


@register.inclusion_tag("intake/parts/similar.html", takes_context=True)
def similar_leads(context: template.Context, lead: Lead, same: SimilarToLead) -> dict[str, Any]:
    """Leads and cases like this one, each with the reason; `same` were found by number."""
    return {"similar": similar_matters(lead, context["actor"], same), "buttons": context.get("buttons")}


@register.inclusion_tag("intake/parts/screened.html", takes_context=True)
def screened_lead(context: template.Context, lead: Lead) -> dict[str, Any]:
    """Watch-list entries that name a party of the lead."""
    return {"screened": screen_lead(lead, context["actor"])}


@register.inclusion_tag("casefile/screened.html", takes_context=True)
def screened_case(context: template.Context, facts: CaseFacts) -> dict[str, Any]:
    """Watch-list entries for parties and routes of the case; only for readers of its facts."""
    parties, shipments = [one.party for one in facts.parties], [one.shipment for one in facts.shipments]
    return {"screened": screen_rows(parties, shipments, [one.item for one in facts.items], context["actor"])}


@register.inclusion_tag("intake/parts/similar.html", takes_context=True)
def similar_before(context: template.Context, thing: Any, verb: str) -> dict[str, Any]:
    """Similar matters on the page of an action that takes up or uses a lead; nothing elsewhere."""
    if not isinstance(thing, Lead) or verb not in LOOKED_BEFORE:
        return {}
    return {"similar": similar_matters(thing, context["actor"])}
