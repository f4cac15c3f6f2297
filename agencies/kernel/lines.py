"""The line of an open object in the workspace."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.urls import reverse_lazy

from .actor import Actor
from .buttons import next_button
from .open_items import WorklistLine
from .resource import resource_of
from .texts import Text
from .workflow import Button

Offer = Callable[[str, Actor, Any], Button | None]


def no_button(resource: str, actor: Actor, thing: Any) -> None:
    """The offer of a line whose next step is taken on the page of the object."""


def line_of(
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
    declared = resource_of(thing)
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
        offer=partial(offer, declared.name, actor, thing),
    )
