"""What actions on letters have in common: how a letter begins, moves and passes to a colleague."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, notify_person, record_event
from agencies.journal.models import Event
from agencies.journal.transitions import Thing, TransitionResult, resolve_time_of
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.records import kind_of
from agencies.kernel.work import atomic
from agencies.people.models import User
from cases.casefile.actions import stream_of


def person_of(actor: Actor) -> User | None:
    """The person who acts; None for a machine or the system."""
    return User.objects.filter(pk=actor.person_id).first()


def refuse_past(due_at: datetime | None, at: datetime) -> None:
    """Raises Invalid for a deadline before the time of the act."""
    if due_at is not None and due_at < at:
        raise Invalid.field("due_at", "past", _("The deadline has already passed."))


def record_begun(
    thing: Any,
    verb: str,
    *,
    actor: Actor,
    at: datetime,
    audience: Audience,
    data: Mapping[str, Any],
    reason: str = "",
    **more: Any,
) -> Event:
    """Records in the journal of its case that the object was created. `data` and `reason` are stored in the note,
    `more` are further arguments of `record_event`."""
    return record_event(
        stream_of(thing.case_id),
        actor=actor,
        action=Action(verb, kind_of(type(thing)), thing.pk, to_state=thing.state, data=data, reason=reason),
        happened_at=at,
        audience=audience,
        **more,
    )


def change_due(
    thing: Thing, *, act: Callable[..., TransitionResult[Thing]], due_at: datetime, **given: Any
) -> TransitionResult[Thing]:
    """Sets another deadline, which has not passed at the time of the act. `act` applies the transition."""
    refuse_past(due_at, resolve_time_of(given, not_before=thing.state_since))
    return act(thing, "set_due", due_at=due_at, **given)


def hand_over(
    thing: Thing, *, act: Callable[..., TransitionResult[Thing]], column: str, side: str, to: str, **given: Any
) -> TransitionResult[Thing]:
    """Passes the object to a colleague of the agency on this side, who is notified. `act` applies the transition,
    `column` holds the person. Raises Invalid if it is no active colleague."""
    colleague = User.objects.filter(pk=to, agency=getattr(thing, side), is_active=True).first()
    if colleague is None:
        raise Invalid.field("to", "choice", _("No such colleague in this agency."))
    with atomic():
        applied = act(thing, "hand_over", to=str(colleague.pk), changes={column: colleague}, **given)
        notify_person(applied.event, colleague.pk, agency_id=colleague.agency_id, because="assigned")
        return applied
