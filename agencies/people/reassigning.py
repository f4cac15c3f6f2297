"""The change of the handler of an object, and who may make it. Each noun declares the rest (`Resource.reassign`)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, StreamKey, notify_person, record_event
from agencies.journal.intervals import StateAtDesk, close_interval
from agencies.journal.models import Event
from agencies.journal.transitions import describe_last_event, to_json_value
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden, Invalid, Stale, TransitionRefused
from agencies.kernel.records import kind_of

from .models import User


def reassign(
    thing: Any,
    named: Mapping[str, User | None],
    stream: StreamKey | list[StreamKey],
    to: User | None,
    actor: Actor,
    reason: str,
) -> Event:
    """Changes the handler. Not a transition, because the state stays the same, but with the same version check.

    `named` maps columns to the new person; it may be empty, if only the team changes. Without a person the assignment
    is taken back. Raises Stale.
    """
    kind, now, place, began = kind_of(type(thing)), times.now(), StateAtDesk.of(thing), thing.state_since
    was = {f"{name}_id": to_json_value(getattr(thing, f"{name}_id")) for name in named}
    rows = type(thing)._base_manager.filter(pk=thing.pk, version=thing.version)
    if rows.update(**named, version=thing.version + 1, updated_at=now) != 1:
        raise Stale.because("version", describe_last_event(kind, thing.pk))
    for name, person in named.items():
        setattr(thing, name, person)
    close_interval(thing, place, began=began, at=now, object_kind=kind)
    streams = [stream] if isinstance(stream, StreamKey) else stream
    event = record_event(
        *streams,
        actor=actor,
        action=Action(
            "pass_on" if to else "take_off",
            kind,
            thing.pk,
            from_state=thing.state,
            to_state=thing.state,
            fields=named or ["team"],
            data={"to": to.name if to else "", "was": was},
            reason=reason,
        ),
        audience=Audience(Event.Visibility.OWN),
        involves=[to.pk] if to and ({"handler", "drafter"} & set(named) or not named) else [],
    )
    if to:
        notify_person(event, to.pk, agency_id=to.agency_id, because="assigned")
    return event


def colleague_for(agency_id: int, holder: User | None, to: UUID | str, actor: Actor) -> User:
    """Returns the new handler. The present handler or a lead hands over; a lead assigns unassigned rows.

    Raises Forbidden, TransitionRefused if it is the present handler, Invalid if it is no active colleague.
    """
    is_holder = holder is not None and str(holder.pk) == actor.id
    if not (actor.leads(agency_id) or (actor.works_for(agency_id) and is_holder)):
        raise Forbidden(_("Work is handed over by the person concerned or by a lead of their agency."))
    if holder is not None and str(holder.pk) == str(to):
        raise TransitionRefused.because("same", _("This person is already handling it."))
    found = User.objects.filter(pk=to, agency=agency_id, is_active=True).first()
    if found is None:
        raise Invalid.field("to", "choice", _("No such colleague in this agency."))
    return found
