"""Permissions on campaigns."""

from agencies.kernel.actor import Actor

from .models import Campaign


def drafts_campaigns(actor: Actor) -> bool:
    """Coordinators and supervisors of the centre."""
    return actor.is_centre and actor.kind == "user"


def keeper(actor: Actor, campaign: Campaign) -> bool:
    """People of the centre that leads it."""
    return drafts_campaigns(actor) and actor.agency_id == campaign.agency_id


def reports_steps(actor: Actor, campaign: Campaign) -> bool:
    """The centre, and staff of the participating agencies for their own steps."""
    return keeper(actor, campaign) or (actor.is_staff and takes_part(actor, campaign))


def takes_part(actor: Actor, campaign: Campaign) -> bool:
    """Cached on the object, because a page asks for every action."""
    cached = campaign.__dict__
    if "_members" not in cached:
        cached["_members"] = frozenset(one.pk for one in campaign.members.all())
    return actor.agency_id in cached["_members"]
