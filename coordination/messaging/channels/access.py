"""Permissions on webhooks."""

from typing import TYPE_CHECKING

from agencies.kernel.actor import Actor, Role

if TYPE_CHECKING:
    from .models import Webhook


def may_manage_webhooks(actor: Actor, agency_id: int) -> bool:
    """The administrator of the agency itself."""
    return actor.has_role(Role.AGENCY_ADMIN) and actor.agency_id == agency_id


def may_switch_off(actor: Actor, agency_id: int) -> bool:
    """The security administrator may switch any webhook off."""
    return may_manage_webhooks(actor, agency_id) or actor.has_role(Role.SECADMIN)


def may_switch_on(actor: Actor, webhook: "Webhook") -> bool:
    """The administrator of the agency. Before events leave for a new address, a second person must agree: another
    administrator of the agency, or the security administrator."""
    if webhook.awaits_confirmation:
        return may_switch_off(actor, webhook.agency_id) and actor.person_id not in (None, webhook.registered_by_id)
    return may_manage_webhooks(actor, webhook.agency_id)
