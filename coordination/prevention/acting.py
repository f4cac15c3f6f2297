"""What objects of prevention share: how one begins, is found by its exporter, moves, and passes to a colleague.

Each belongs to one agency and has a journal of its own.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from agencies.journal.actions import Action, Audience, StreamKey, record_event
from agencies.journal.models import Event
from agencies.journal.transitions import Thing, TransitionResult, apply_transition
from agencies.kernel.actor import Actor
from agencies.kernel.reassignment import Reassignment
from agencies.kernel.records import kind_of
from agencies.people.models import User
from agencies.people.reassigning import reassign

from .streams import prevention_stream


def record_begun(
    thing: Any,
    verb: str,
    *more: StreamKey,
    actor: Actor,
    at: datetime | None,
    data: Mapping[str, Any],
    involves: Iterable[UUID | str] = (),
) -> Event:
    """Records in the journal of the object, and in those of `more`, that it was created. `involves` are its authors."""
    return record_event(
        prevention_stream(thing.pk),
        *more,
        actor=actor,
        action=Action(verb, kind_of(type(thing)), thing.pk, to_state=thing.state, data=data),
        happened_at=at,
        audience=Audience(Event.Visibility.OWN),
        involves=involves,
    )


def about_exporter(path: str = "exporter") -> Callable[[Any, Collection[str], Actor], QuerySet[Any]]:
    """The `about_company` of a resource that names an entry of a register. `path` leads from it to the entry."""

    def about(visible: Any, numbers: Collection[str], actor: Actor) -> QuerySet[Any]:
        named = Q(**{f"{path}__uscc__in": numbers}) | Q(**{f"{path}__customs_code__in": numbers})
        found: QuerySet[Any] = visible.filter(named)
        return found

    return about


def move(thing: Thing, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Thing]:
    """Applies one transition, which the own agency alone reads. It is the counterpart of what the system does, and is
    notified of that."""
    own = thing.agency_id if actor.is_system else None  # type: ignore[attr-defined]  # `Thing` is any object that moves
    audience = Audience(counterpart_id=own, notify=[own] if own else ())
    return apply_transition(thing, verb, actor=actor, streams=[prevention_stream(thing.pk)], audience=audience, **given)


class PreventionReassignment(Reassignment):
    """The handler of the own agency passes on the work."""

    taken_back = True

    def pass_on(self, thing: Any, person: User | None, to: User | None, actor: Actor, reason: str) -> None:
        reassign(thing, {"handler": to}, prevention_stream(thing.pk), to, actor, reason)
