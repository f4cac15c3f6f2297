"""Sets a priority by hand: one action of a lead, with a reason and one event."""

from typing import Any

from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.models import Event
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden, Invalid, Stale, TransitionRefused
from agencies.kernel.work import atomic, touch
from cases.casefile.actions import lock_case

from .arrivals import Arrival, arrival_of
from .choices import PRIORITY_CODES, PRIORITY_VALUES
from .models import HandPriority, Priority, RoutedKind

BY_RULE = "by_rule"  # withdrawn: the rules decide again


def may_prioritise(actor: Actor, thing: Any) -> bool:
    """Whether the actor leads at the agency that has the item. Only routed kinds have a priority."""
    arrival = arrival_of(thing)
    return arrival is not None and actor.leads(arrival.agency_of(thing).pk) and _is_at_agency(arrival, thing)


def set_priority(
    thing: Any, *, actor: Actor, priority: str, reason: str, version: int | None = None
) -> HandPriority | None:
    """Sets the priority: normal | high | urgent | by_rule. `version` is that of the row that was read, 0 if there was
    none."""
    arrival = arrival_of(thing)
    if arrival is None:
        raise LookupError("only routed items have a priority")
    agency = arrival.agency_of(thing)
    if not actor.leads(agency.pk):
        raise Forbidden(_("The priority is set by the leads of the agency that handles the item."))
    if priority not in (*PRIORITY_VALUES, BY_RULE):
        raise Invalid.field("priority", "choice", _("Choose one of the options."))
    with atomic():
        if arrival.kind != RoutedKind.LEAD:
            lock_case(thing.case_id)  # same lock order as transitions
        arrival.model.objects.select_for_update(of=("self",), no_key=True).get(pk=thing.pk)
        if not _is_at_agency(arrival, thing):
            detail = _("Only open items that came directly to your agency have their own priority.")
            raise TransitionRefused.because("state", detail)
        held = HandPriority.objects.filter(subject=thing.pk, agency=agency).first()
        _refuse_stale(held, version)
        return _write(arrival, thing, held, actor, PRIORITY_VALUES.get(priority), reason)


def _is_at_agency(arrival: Arrival, thing: Any) -> bool:
    return bool(arrival.open(arrival.rows()).filter(pk=thing.pk).exists())


def _refuse_stale(held: HandPriority | None, version: int | None) -> None:
    if version is None or version == (held.version if held else 0):
        return
    label = Priority(held.priority).label if held and held.priority else _("as the rules decide")
    raise Stale.because("version", _("Another person set it in the meantime: %(what)s.") % {"what": label})


def _write(
    arrival: Arrival, thing: Any, held: HandPriority | None, actor: Actor, priority: int | None, reason: str
) -> HandPriority:
    was = held.priority if held else None
    if was == priority:
        raise Invalid.field("priority", "same", _("It already has this priority."))
    event = record_event(
        arrival.stream(thing),
        actor=actor,
        action=Action(
            "set_priority",
            arrival.kind,
            thing.pk,
            from_state=thing.state,
            to_state=thing.state,
            fields=["priority"],
            data={"priority": _code(priority), "was": {"priority": _code(was)}},
            reason=reason,
        ),
        audience=Audience(Event.Visibility.OWN, colleagues=True),
    )
    made, _created = HandPriority.objects.update_or_create(
        subject=thing.pk,
        agency=arrival.agency_of(thing),
        defaults={"priority": priority, "event": event, "version": held.version + 1 if held else 1},
    )
    touch(arrival.kind, thing.pk)
    return made


def _code(priority: int | None) -> str:
    return PRIORITY_CODES.get(priority, BY_RULE) if priority else BY_RULE
