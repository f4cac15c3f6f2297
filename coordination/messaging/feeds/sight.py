"""Which events a system reads: its scopes open kinds of objects, `visible_to` the objects, the event its readers."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from agencies.journal.models import ANNUL, CORRECT, Event, Stream
from agencies.kernel.actor import Actor
from agencies.kernel.resource import RESOURCE_OF_KIND
from agencies.machines.models import ApiKey
from coordination.messaging.outcomes.recipients import OF_LEAD

EVENTS_READ = ApiKey.Scope.EVENTS_READ
# The kinds of objects in a feed, each with the scope that shows such objects.
SCOPES = {
    "lead": "leads:read",
    "stop": "stops:pull",
    "referral": "referrals:read",
    "task": "tasks:read",
    "case": "cases:read",
}
IDS = 500  # asked for at once


def readable_events(actor: Actor) -> QuerySet[Event]:
    """The events that the system may read, if it sees their objects.

    Of the leads that it sent it reads what its outcomes report, wherever they are now; of all other objects what its
    agency may read. An event that is in the chains of two objects counts in the first one.
    """
    kinds = {kind for kind, scope in SCOPES.items() if scope in actor.scopes}
    step = Q(verb__in=OF_LEAD) | Q(verb__in=[CORRECT, ANNUL], refers_to__verb__in=OF_LEAD)
    of_leads = Event.objects.filter(step, object_kind="lead", stream__kind=Stream.Kind.LEAD)
    others = Event.objects.filter(object_kind__in=kinds - {"lead"}).readable_by_agency(actor.agency_id)
    same = {name: OuterRef(name) for name in ("object_id", "verb", "recorded_at")}
    copies = Event.objects.filter(**same, pk__lt=OuterRef("pk")).exclude(stream=OuterRef("stream"))
    own = others.exclude(Exists(copies))
    return own | of_leads if "lead" in kinds else own


def objects_in_sight(actor: Actor, events: Iterable[Event]) -> set[tuple[str, UUID]]:
    """The objects of these events, as kind and id, that the system sees now."""
    named: dict[str, set[UUID]] = defaultdict(set)
    for event in events:
        named[event.object_kind].add(event.object_id)
    found = set()
    for kind, ids in named.items():
        if SCOPES.get(kind) not in actor.scopes:
            continue
        rows, listed = RESOURCE_OF_KIND[kind].model.objects.visible_to(actor), sorted(ids)
        for start in range(0, len(listed), IDS):
            seen = rows.filter(pk__in=listed[start : start + IDS]).values_list("pk", flat=True)
            found |= {(kind, pk) for pk in seen}
    return found
