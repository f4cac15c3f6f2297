"""The timeline on the page of an object."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from agencies.kernel.actor import Actor
from agencies.kernel.records import kind_of

from .models import Event, EventQuerySet


def timeline(actor: Actor, *things: Any) -> EventQuerySet:
    """The events of these objects that the reader's agency may read, newest first. Objects of several kinds have
    different ids."""
    kinds = {kind_of(type(thing)) for thing in things}
    events = Event.objects.filter(object_kind__in=kinds, object_id__in=[thing.pk for thing in things])
    return events.readable_by_agency(actor.agency_id).select_related("note").order_by("-happened_at", "-id")


def latest_reasons(actor: Actor, things: Sequence[Any], *verbs: str) -> Mapping[UUID, str]:
    """By object, the reason of its latest act of these verbs that the reader's agency may read; one query for all."""
    if not things:
        return {}
    acts = timeline(actor, *things).filter(verb__in=verbs).order_by("id")
    return {act.object_id: act.remark.reason for act in acts if act.remark}
