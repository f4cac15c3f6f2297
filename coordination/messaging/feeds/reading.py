"""What a system reads of its feed: one event without names, reasons or values, or that it may no longer read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.kernel.actor import Actor
from agencies.kernel.errors import ActionError, Invalid

from .models import Feed, FeedEntry
from .sight import objects_in_sight

HIDDEN = "hidden"
"""The type of an entry whose object the system no longer sees. Its number remains, so that none seems to be missing."""


class Forgotten(ActionError):
    """The entries after this number are no longer kept."""

    status = 410
    code = "events_gone"
    title = gettext_lazy("These events are no longer kept")


@dataclass(frozen=True)
class FeedPage:
    """Entries of a feed as data, oldest first. `last` is the number to ask after next."""

    results: list[dict[str, Any]]
    has_more: bool
    last: int


def page_after(actor: Actor, after: int, size: int) -> FeedPage:
    """The next entries for the system. Raises Forgotten, or Invalid for a number that was not given yet."""
    feed = Feed.objects.filter(pk=UUID(actor.id)).first()
    if after > (feed.last if feed else 0):
        detail = _("The last number of this feed is %(last)d.")
        raise Invalid.field("after", "range", detail % {"last": feed.last if feed else 0})
    if feed is None:
        return FeedPage([], has_more=False, last=after)
    if after < feed.forgotten:
        detail = _(
            "Events up to number %(number)d are no longer kept. Read the objects by their lists, then go on with "
            "“after=%(number)d”."
        )
        raise Forgotten(detail % {"number": feed.forgotten})
    entries = FeedEntry.objects.visible_to(actor).filter(number__gt=after).select_related("event")
    found = list(entries.order_by("number")[: size + 1])
    page = found[:size]
    return FeedPage(rows_for(actor, page), has_more=len(found) > size, last=page[-1].number if page else after)


def rows_for(actor: Actor, entries: Iterable[FeedEntry]) -> list[dict[str, Any]]:
    """These entries as the system may read them now; a query for each kind of object."""
    listed = list(entries)
    seen = objects_in_sight(actor, [entry.event for entry in listed])
    return [_row(entry, seen=(entry.event.object_kind, entry.event.object_id) in seen) for entry in listed]


def _row(entry: FeedEntry, *, seen: bool) -> dict[str, Any]:
    event = entry.event
    return {
        "sequence": entry.number,
        "id": entry.key,
        "type": entry.type if seen else HIDDEN,
        "object_kind": event.object_kind if seen else None,
        "object_id": event.object_id if seen else None,
        "from_state": event.from_state if seen else None,
        "to_state": event.to_state if seen else None,
        "happened_at": event.happened_at if seen else None,
        "recorded_at": event.recorded_at if seen else None,
    }
