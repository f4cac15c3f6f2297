"""The journal in sentences: who did what when, in the reader's language, from live rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from django.utils.functional import Promise

from agencies.journal.models import BehalfStep, Event
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.times import needs_paper
from agencies.organs.models import Agency

from .models import User

Told = Mapping[tuple[str, ...], str | Promise]
LATE = timedelta(hours=1)  # from here on the reader is told that it was recorded later


@dataclass(frozen=True)
class Entry:
    """One line of a timeline.

    `other` is the organ on the other side, where the reader may know it; `recorded_at` is None unless it differs
    enough from `happened_at` to tell. `behalf` is whose step it is, where `organ` recorded it for another, and `step`
    what that organ may still say of it, where the reader may know. It is `late` where it was backdated, by the
    `paper` that shows the time. `own`: the reader's organ recorded it. What was put right says so: `annulled`, or the
    time it was `corrected_to`; what put it right says of when the earlier record was.
    """

    happened_at: datetime
    told: str | Promise
    organ: Agency | None
    who: str
    note: str
    recorded_at: datetime | None
    event: Event
    precision: str = ""
    about: str = ""
    other: Agency | None = None
    late: bool = False
    paper: str = ""
    behalf: Agency | None = None
    step: BehalfStep | None = None
    own: bool = False
    annulled: bool = False
    corrected_to: datetime | None = None
    refers_to: datetime | None = None


def entries(
    events: Iterable[Event], reader: Actor, told: Told, about: Mapping[UUID, str] = MappingProxyType({}),
    near: Iterable[Agency] = (),
) -> list[Entry]:  # fmt: skip
    """Sentences for events already within the reader's reach (two queries besides the events'; organs that the page
    has in hand, `near`, are not asked for).

    `told` maps (object kind, verb), or (object kind, verb, state reached) where it depends on that, to the sentence;
    `about` an object's id to what the reader calls it. A reason that stays in its organ, and the name of a person of
    another organ, are left out here: the event itself may be seen, the words beside it not.
    """
    listed = list(events)
    organs = {organ.pk: organ for organ in near}
    named = {organ for e in listed for organ in (e.organ_id, e.counterpart_id, e.on_behalf_of_id) if organ}
    if away := named - organs.keys():
        organs |= Agency.objects.in_bulk(away)
    ids = {e.actor_id for e in listed if e.actor_kind == "user"}
    people = {str(user.pk): user for user in User.objects.filter(pk__in=ids)}
    steps = _steps(listed, reader)
    right = _put_right(listed)
    return [
        replace(
            _entry(e, reader, told, organs, people),
            about=about.get(e.object_id, ""),
            behalf=organs.get(e.on_behalf_of_id) if e.on_behalf_of_id else None,
            step=steps.get(e.pk),
            annulled=right[e.pk][0],
            corrected_to=right[e.pk][1],
        )
        for e in listed
    ]


def _put_right(events: list[Event]) -> dict[int, tuple[bool, datetime | None]]:
    """Whether each was annulled later, and to what time it was corrected; without a query where they came with it."""
    if not all(hasattr(e, "later_annulled") for e in events):
        events = list(Event.objects.filter(pk__in=[e.pk for e in events]).put_right())
    return {e.pk: (e.later_annulled, e.later_at) for e in events}  # type: ignore[attr-defined]  # annotated


def _steps(events: list[Event], reader: Actor) -> dict[int, BehalfStep]:
    """What stands on behalf of others, where any does: most cases have none, and no query."""
    found = [e.pk for e in events if e.on_behalf_of_id]
    return (
        {step.event_id: step for step in BehalfStep.objects.visible_to(reader).filter(event__in=found)} if found else {}
    )


def _entry(event: Event, reader: Actor, told: Told, organs: dict[int, Agency], people: dict[str, User]) -> Entry:
    own = event.organ_id == reader.organ_id
    person = people.get(event.actor_id)
    shown = (
        own
        or event.reach == Event.Reach.CASE
        or (event.reach == Event.Reach.PAIR and event.counterpart_id == reader.organ_id)
    )
    known = event.reach == Event.Reach.CASE or reader.organ_id in (event.organ_id, event.counterpart_id)
    note = event.remark
    return Entry(
        happened_at=event.happened_at,
        told=_sentence(event, told),
        organ=organs.get(event.organ_id) if event.organ_id else None,
        who=person.name if person and own else "",
        note=note.reason if note and shown else "",
        recorded_at=event.recorded_at if event.recorded_at - event.happened_at > LATE else None,
        event=event,
        other=organs.get(event.counterpart_id) if event.counterpart_id and known else None,
        own=own and event.actor_kind != SYSTEM.kind,
        late=event.actor_kind != SYSTEM.kind and needs_paper(event.happened_at, event.recorded_at),
        paper=str(note.data.get("paper") or "") if note and shown else "",
    )


def _sentence(event: Event, told: Told) -> str | Promise:
    kind, verb = event.object_kind, event.verb
    left, reached = event.from_state, event.to_state
    return told.get((kind, verb, left, reached)) or told.get((kind, verb, reached)) or told.get((kind, verb), verb)
