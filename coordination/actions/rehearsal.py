"""The effects of an action before it is performed (试办): periods that start, end or move, what is recorded, and who
reads it.

The action is performed with the given answers and undone, so the result is what would happen, without a second
description of any action.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.confirmations.models import Confirmation
from agencies.journal.models import Event
from agencies.kernel.actor import Actor
from agencies.kernel.errors import TransitionRefused
from agencies.kernel.letters import Letter
from agencies.kernel.resource import Resource, resource_of
from agencies.kernel.texts import Text
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from agencies.people.timeline import sentences
from cases.casefile.models import Case
from cases.casefile.naming import case_id_of
from cases.clocks.models import Clock
from cases.sharing.models import Share

from .performing import perform


@dataclass(frozen=True)
class MovedPeriod:
    """A period whose end is moved."""

    clock: Clock
    was: datetime | None


@dataclass(frozen=True)
class Rehearsal:
    """What an action would do, as far as the actor would see it afterwards. `state` is empty if it stays the same."""

    state: Text
    starts: list[Clock]
    ends: list[Clock]
    moves: list[MovedPeriod]
    records: list[Text]
    readers: list[Agency]
    asks_second: bool
    letter: Letter | None = None


class _UndoneError(Exception):
    """Undoes the transaction of a rehearsal."""


def rehearse(resource: Resource, actor: Actor, thing: Any, verb: str, data: Any, *, strict: bool = False) -> Rehearsal:
    """Performs the action and undoes it. Raises what `perform` raises. Actions with files are not rehearsed, because a
    stored file is not undone. Raises TransitionRefused for an action whose effects are not shown beforehand.
    """
    if resource.workflow_with(verb, thing).transitions[verb].unforeseen:
        raise TransitionRefused.because("unforeseen", _("The effects of this action are not shown beforehand."))
    found: list[Rehearsal] = []
    try:
        with atomic():
            before = {clock.pk: clock for clock in _clocks(thing, actor)}
            last, state = _last_event(), thing.state
            done = perform(resource, actor, thing, verb, data, strict=strict)
            found.append(_effects(done.thing, done.created, actor, before, last, state))
            raise _UndoneError
    except _UndoneError:
        return found[0]


def _effects(thing: Any, created: Any, actor: Actor, before: dict[UUID, Clock], last: int, state: str) -> Rehearsal:
    asks_second = isinstance(created, Confirmation)
    # Only the actor's own: meanwhile, other transactions may have written events that the actor may not read.
    events = list(Event.objects.filter(pk__gt=last, actor_kind=actor.kind, actor_id=actor.id).order_by("pk"))
    after = list(_clocks(thing, actor))
    open_before = {pk for pk, clock in before.items() if clock.stopped_at is None}
    return Rehearsal(
        state=thing.get_state_display() if thing.state != state else "",
        starts=[clock for clock in after if clock.pk not in before and clock.stopped_at is None],
        ends=[clock for clock in after if clock.pk in open_before and clock.stopped_at is not None],
        moves=[
            MovedPeriod(clock, before[clock.pk].due_at)
            for clock in after
            if clock.pk in open_before and clock.stopped_at is None and clock.due_at != before[clock.pk].due_at
        ],
        records=_records(events),
        readers=_readers(thing, events, actor),
        asks_second=asks_second,
        letter=_letter(created),
    )


def _letter(created: Any) -> Letter | None:
    """The letter that the action would create, with its number."""
    if created is None or isinstance(created, Confirmation):
        return None
    declared = resource_of(created).letters
    return declared.of(created) if declared else None


def _clocks(thing: Any, actor: Actor) -> Iterable[Clock]:
    """The visible periods of the object and of its case, the earliest first."""
    case = case_id_of(thing)
    about = Q(subject_id=thing.pk) | (Q(case_id=case) if case else Q(pk__in=[]))
    return Clock.objects.visible_to(actor).filter(about).select_related("rule").order_by("due_at", "pk")


def _last_event() -> int:
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _records(events: Iterable[Event]) -> list[Text]:
    """The sentences of the timeline, each once."""
    known = sentences()
    named = {known[event.object_kind, event.verb]: None for event in events if (event.object_kind, event.verb) in known}
    return list(named)


def _readers(thing: Any, events: Iterable[Event], actor: Actor) -> list[Agency]:
    """The agencies that may read one of these events, without the actor's own."""
    ids: set[int | None] = set()
    for event in events:
        if event.visibility == Event.Visibility.PAIR:
            ids.add(event.counterpart_id)
        elif event.visibility in (Event.Visibility.CASE, Event.Visibility.STATUS):
            ids |= _sharing(thing, actor)
    return list(Agency.objects.filter(pk__in=[one for one in ids if one and one != actor.agency_id]).order_by("id"))


def _sharing(thing: Any, actor: Actor) -> set[int | None]:
    """The agencies that share the case, if the actor sees the case itself."""
    case = case_id_of(thing)
    if case is None or not Case.objects.visible_to(actor).filter(pk=case).exists():
        return set()
    return set(Share.objects.live().filter(case=case).values_list("agency", flat=True))
