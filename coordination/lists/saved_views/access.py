"""Permissions on saved views."""

from agencies.kernel.actor import Actor

from .models import SavedView


def may_edit(actor: Actor, view: SavedView) -> bool:
    """Its owner; for a view of the agency also a lead, because the owner may leave."""
    return str(view.owner_id) == actor.id or (view.is_agencies and actor.leads(view.agency_id))


def may_pin(actor: Actor, view: SavedView) -> bool:
    return view.is_agencies and actor.leads(view.agency_id)
