"""The path of an object on a case: its states, with the agency that changed each and the time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from agencies.journal.models import Event, Stream, effective_events
from agencies.kernel.actor import Actor
from agencies.organisations.models import Agency


@dataclass(frozen=True)
class PathStep:
    """One state of a path; `now` marks the current one."""

    agency: Agency
    state: str
    since: datetime | None
    now: bool = False


def steps_of(things: Iterable[tuple[Any, list[Agency]]], reader: Actor, *, case_id: UUID) -> dict[UUID, list[PathStep]]:
    """Paths by object id, as far as the reader may know them, in one query.

    Each object comes with the agencies that may have changed it, the current holder first. Steps that the reader may
    not see are left out, except the current state, which everyone who sees the object may know.
    """
    listed = {thing.pk: (thing, agencies) for thing, agencies in things}
    transitions = (
        Event.objects.of_stream(Stream.Kind.CASE, case_id)
        .readable_by_agency(reader.agency_id)
        .filter(object_id__in=listed)
        .exclude(to_state="")
        .exclude(Q(to_state=F("from_state")) & Q(refers_to=None))
    )
    paths: dict[UUID, list[Event]] = {pk: [] for pk in listed}
    for event in effective_events(transitions):
        paths[event.object_id].append(event)
    return {pk: _steps(thing, paths[pk], agencies) for pk, (thing, agencies) in listed.items()}


def _steps(thing: Any, transitions: list[Event], agencies: list[Agency]) -> list[PathStep]:
    by_id, labels = {agency.pk: agency for agency in agencies}, dict(thing.State.choices)
    path = [
        (transition.to_state, by_id.get(transition.agency_id or 0, agencies[0]), transition.happened_at)
        for transition in transitions
    ]
    if not path or path[-1][0] != thing.state:
        path.append((thing.state, agencies[0], thing.state_since))
    return [
        PathStep(agency, str(labels[state]), since, now=number == len(path))
        for number, (state, agency, since) in enumerate(path, start=1)
    ]
