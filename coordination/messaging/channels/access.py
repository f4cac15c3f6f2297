"""Permissions on webhooks."""

from typing import TYPE_CHECKING

from agencies.kernel.actor import Actor, Role

if TYPE_CHECKING:
    from .models import Webhook


def keeps(actor: Actor, agency_id: int) -> bool:
    """The administrator of the agency itself."""
    return actor.has_role(Role.AGENCY_ADMIN) and actor.agency_id == agency_id


def silences(actor: Actor, agency_id: int) -> bool:
    """The security administrator may switch any webhook off."""
    return keeps(actor, agency_id) or actor.has_role(Role.SECADMIN)


def switches_on(actor: Actor, webhook: "Webhook") -> bool:
    """The administrator of the agency. Before events leave for a new address, a second person must agree: another
    administrator of the agency, or the security administrator."""
    if webhook.awaits_confirmation:
        return silences(actor, webhook.agency_id) and actor.person_id not in (None, webhook.registered_by_id)
    return keeps(actor, webhook.agency_id)
