"""The path a thing on a case has come: its states with the organ that moved it and since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from agencies.journal.models import Event, Stream, standing
from agencies.kernel.actor import Actor
from agencies.organs.models import Agency


@dataclass(frozen=True)
class Step:
    """One state of a path; `now` marks the state the thing stands in."""

    organ: Agency
    state: str
    since: datetime | None
    now: bool = False


def steps_of(things: Iterable[tuple[Any, list[Agency]]], reader: Actor, *, case_id: UUID) -> dict[UUID, list[Step]]:
    """The path of each thing as far as the reader may know it, by id, in one query.

    `things` come with the organs that may have moved them, first the one that holds the thing now. A step out of
    the reader's reach is left out, but never the last: who sees a thing at all may know the state it stands in.
    """
    listed = {thing.pk: (thing, organs) for thing, organs in things}
    moves = (
        Event.objects.of_stream(Stream.Kind.CASE, case_id)
        .within_reach_of(reader.organ_id)
        .filter(object_id__in=listed)
        .exclude(to_state="")
        .exclude(Q(to_state=F("from_state")) & Q(refers_to=None))
    )
    paths: dict[UUID, list[Event]] = {pk: [] for pk in listed}
    for event in standing(moves):
        paths[event.object_id].append(event)
    return {pk: _steps(thing, paths[pk], organs) for pk, (thing, organs) in listed.items()}


def _steps(thing: Any, moves: list[Event], organs: list[Agency]) -> list[Step]:
    by_id, labels = {organ.pk: organ for organ in organs}, dict(thing.State.choices)
    path = [(move.to_state, by_id.get(move.organ_id or 0, organs[0]), move.happened_at) for move in moves]
    if not path or path[-1][0] != thing.state:
        path.append((thing.state, organs[0], thing.state_since))
    return [
        Step(organ, str(labels[state]), since, now=number == len(path))
        for number, (state, organ, since) in enumerate(path, start=1)
    ]
