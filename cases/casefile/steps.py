"""The path a thing on a case has come: its states with the agency that moved it and since when."""

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
class Step:
    """One state of a path; `now` marks the state the thing stands in."""

    agency: Agency
    state: str
    since: datetime | None
    now: bool = False


def steps_of(things: Iterable[tuple[Any, list[Agency]]], reader: Actor, *, case_id: UUID) -> dict[UUID, list[Step]]:
    """The path of each thing as far as the reader may know it, by id, in one query.

    `things` come with the agencies that may have moved them, first the one that holds the thing now. A step out of
    the reader's reach is left out, but never the last: who sees a thing at all may know the state it stands in.
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


def _steps(thing: Any, transitions: list[Event], agencies: list[Agency]) -> list[Step]:
    by_id, labels = {agency.pk: agency for agency in agencies}, dict(thing.State.choices)
    path = [
        (transition.to_state, by_id.get(transition.agency_id or 0, agencies[0]), transition.happened_at)
        for transition in transitions
    ]
    if not path or path[-1][0] != thing.state:
        path.append((thing.state, agencies[0], thing.state_since))
    return [
        Step(agency, str(labels[state]), since, now=number == len(path))
        for number, (state, agency, since) in enumerate(path, start=1)
    ]
