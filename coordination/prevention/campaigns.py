"""The campaign under which a letter, a review, an inspection or a stop counts, as its author names it.

Cases are drawn into a campaign by its rules; what is done before goods leave is mostly about no goods yet.
"""

from typing import Any

from django.db.models import CharField
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import Choices, OptionalField
from agencies.kernel.actor import Actor
from agencies.kernel.resource import RESOURCES


def _campaigns(actor: Actor) -> Any:
    """The campaigns that the actor sees: of an agency those in which it takes part."""
    manager: Any = RESOURCES["campaigns"].model._default_manager
    return manager.visible_to(actor)


def running_campaigns(thing: Any, actor: Actor) -> Choices:
    """Those that run, and the one that the object names already."""
    seen = _campaigns(actor)
    found = seen.running() | seen.filter(number=getattr(thing, "campaign", ""))
    return [(one.number, f"{one.number} {one.title}") for one in found.order_by("-number")]


CAMPAIGN = OptionalField(
    "campaign",
    _("Campaign"),
    choices=running_campaigns,
    stores=True,
    clears=True,
    help=_("A running campaign in which your agency takes part. The figures of the campaign count it."),
)


def campaign_column() -> "CharField[str, str]":
    return CharField(
        max_length=20, blank=True, default="", db_default="", help_text="number of the campaign under which it counts"
    )


def campaign_of(thing: Any, actor: Actor) -> Any:
    """The campaign that the object names, if the reader sees it; else None."""
    return _campaigns(actor).filter(number=thing.campaign).first() if thing.campaign else None
