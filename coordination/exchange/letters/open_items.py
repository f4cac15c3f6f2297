"""Lines of open letters in the workspace."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.urls import reverse_lazy

from agencies.kernel.actor import Actor
from agencies.kernel.buttons import next_button
from agencies.kernel.open_items import WorklistLine
from agencies.kernel.resource import RESOURCES
from agencies.kernel.texts import Text
from agencies.kernel.workflow import Button

Offer = Callable[[str, Actor, Any], Button | None]


def no_button(resource: str, actor: Actor, thing: Any) -> None:
    """The offer of a line whose next step is taken on the page of the object."""


def line_of(
    resource: str,
    thing: Any,
    actor: Actor,
    *,
    what: Text,
    why: Text,
    waits: Any = None,
    note: str = "",
    offer: Offer = next_button,
) -> WorklistLine:
    """The line of an open object: its page, its due time, and the next step as a button. `offer` chooses another
    button."""
    declared = RESOURCES[resource]
    due_at: datetime | None = getattr(thing, "due_at", None)
    return WorklistLine(
        key=(declared.kind, thing.pk),
        what=what,
        note=note,
        url=reverse_lazy(declared.page, args=[thing.pk]),
        waits=waits,
        why=why,
        due_at=due_at,
        breach_at=getattr(thing, "breach_at", due_at),
        offer=partial(offer, resource, actor, thing),
    )
