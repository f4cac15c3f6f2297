"""Who may do what with a saved view."""

from agencies.kernel.actor import Actor

from .models import SavedView


def may_edit(actor: Actor, view: SavedView) -> bool:
    """Its owner; the agency's also whoever leads there, so that none outlives the one who made it."""
    return str(view.owner_id) == actor.id or (view.is_agencies and actor.leads(view.agency_id))


def may_pin(actor: Actor, view: SavedView) -> bool:
    return view.is_agencies and actor.leads(view.agency_id)
