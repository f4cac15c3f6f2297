"""The timeline on the page of an object."""

from typing import Any

from agencies.kernel.actor import Actor
from agencies.kernel.records import kind_of

from .models import Event, EventQuerySet


def timeline(actor: Actor, *things: Any) -> EventQuerySet:
    """The events of these objects that the reader's agency may read, newest first. Objects of several kinds have
    different ids."""
    kinds = {kind_of(type(thing)) for thing in things}
    events = Event.objects.filter(object_kind__in=kinds, object_id__in=[thing.pk for thing in things])
    return events.readable_by_agency(actor.agency_id).select_related("note").order_by("-happened_at", "-id")
