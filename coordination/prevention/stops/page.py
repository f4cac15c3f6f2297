"""What the page of a stop shows beside it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from agencies.journal.models import Event, effective_events
from agencies.journal.timeline import timeline
from agencies.kernel.actor import Actor
from agencies.kernel.resource import RESOURCES
from coordination.prevention.campaigns import campaign_of

from .models import CargoHold, Stop


def page_parts(stop: Stop, actor: Actor, params: QueryDict) -> dict[str, Any]:
    """The hold and the other stops that need it are shown to the customs agency alone."""
    events, is_customs = timeline(actor, stop), actor.works_for(stop.customs_id)
    return {
        "campaign": campaign_of(stop, actor),
        "events": events,
        "steps": _steps(stop, events),
        "is_customs": is_customs,
        "hold": _hold(stop, actor),
        "beside": _beside(stop, actor) if is_customs and stop.hold else (),
        "queries": _queries_of(stop, actor),
        "is_sender": actor.works_for(stop.sender_id),
    }


def _queries_of(stop: Stop, actor: Actor) -> Iterable[Any]:
    """The queries of customs about the declaration of a stop that led to one, as far as the reader sees them."""
    if stop.state != Stop.State.QUERIED or not stop.declaration_no:
        return ()
    queries: QuerySet[Any] = RESOURCES["customs-queries"].model.objects.visible_to(actor)
    return queries.filter(agency=stop.customs_id, declaration_no=stop.declaration_no).order_by("line", "pk")


def _hold(stop: Stop, actor: Actor) -> CargoHold | None:
    return CargoHold.objects.visible_to(actor).filter(pk=stop.hold_id).first() if stop.hold_id else None


def _beside(stop: Stop, actor: Actor) -> QuerySet[Stop]:
    """The other stops for which customs hold or held the same goods."""
    others = Stop.objects.visible_to(actor).filter(hold=stop.hold).exclude(pk=stop.pk)
    return others.select_related("sender").order_by("sent_at", "pk")


def _steps(stop: Stop, events: Iterable[Event]) -> list[dict[str, Any]]:
    """Where it stands: each state since it was sent and its time, as far as this reader knows of it."""
    if stop.sent_at is None:
        return []
    moved = [one for one in effective_events(events) if one.to_state and one.to_state != one.from_state]
    known = [(one.to_state, one.agency_id, one.happened_at) for one in moved if one.happened_at >= stop.sent_at]
    if not known or known[-1][0] != stop.state:
        known.append((stop.state, stop.customs_id, stop.state_since or stop.sent_at))
    return [
        {
            "agency": stop.sender if agency == stop.sender_id else stop.customs,
            "state": Stop.State(state).label,
            "since": at,
            "precision": "minute",
            "now": place == len(known),
        }
        for place, (state, agency, at) in enumerate(known, 1)
    ]
