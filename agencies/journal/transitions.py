"""Applies transitions: lock, check the workflow, write under the version, record the event."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies.kernel import times
from agencies.kernel.action_fields import ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.encryption import encrypted_for
from agencies.kernel.errors import FieldError, Invalid, Stale, TransitionRefused
from agencies.kernel.proxy_recording import ProxyRecording
from agencies.kernel.records import Stateful, kind_of
from agencies.kernel.resource import RESOURCE_OF_KIND
from agencies.kernel.times import CLOCK_TOLERANCE, missing_paper_error, needs_paper
from agencies.kernel.work import atomic
from agencies.kernel.workflow import Transition, Workflow

from .actions import READERS_OF_CASE, Action, Audience, StreamKey, record_event
from .intervals import StateAtDesk, close_interval, rebuild_intervals
from .models import Event, ProxyStep, Stream

# In `changes`: the column gets the time of the act.
TIME_OF_ACT: Any = object()

Thing = TypeVar("Thing", bound=Stateful)
# The second person who confirmed what is being recorded, see `agencies.confirmations`.
_second: ContextVar[Actor | None] = ContextVar("second", default=None)


@contextmanager
def confirmed_by(person: Actor) -> Iterator[None]:
    """Within this context, events also name the second person who confirmed what is recorded."""
    token = _second.set(person)
    try:
        yield
    finally:
        _second.reset(token)


def second_person(actor: Actor) -> Actor | None:
    """Returns the person who confirmed what the actor records, None if there is no other person."""
    second = _second.get()
    return second if second is not None and second.id != actor.id else None


@dataclass(frozen=True)
class TransitionResult(Generic[Thing]):
    """The result of a transition: the object as it is now, the transition, the event and its time."""

    thing: Thing
    transition: Transition
    event: Event
    at: datetime


def resolve_time(
    happened_at: datetime | None, *, paper: str = "", not_before: datetime | None = None, by_system: bool = False
) -> datetime:
    """Returns when the act happened: `happened_at` or now, not in the future and not before the present state began.

    A time long ago needs the number of a paper that shows it, except for the system. Raises Invalid.
    """
    at = happened_at or times.now()
    if at > times.now() + CLOCK_TOLERANCE:
        raise Invalid.field("happened_at", "future", _("This time is in the future. Enter the actual time."))
    errors = []
    if not_before is not None and at < not_before:
        if happened_at is None:
            return not_before
        began = date_format(timezone.localtime(not_before), "DATETIME_FORMAT")
        detail = _("This is earlier than the start of the current state (%(began)s).") % {"began": began}
        errors.append(FieldError("/happened_at", "order", detail))
    if not (paper or by_system) and needs_paper(at):
        errors.append(missing_paper_error())
    if errors:
        raise Invalid(errors)
    return at


def refuse_reversed(at: datetime, *began: datetime | None) -> None:
    """Refuses an act that ends, at this time, what began later without a change of state. Raises Invalid."""
    latest = max((one for one in began if one is not None), default=at)
    if at < latest:
        when = date_format(timezone.localtime(latest), "DATETIME_FORMAT")
        detail = _("What this ends began later (%(began)s). Enter a later time, or correct that record first.")
        raise Invalid.field("happened_at", "order", detail % {"began": when})


@dataclass(frozen=True)
class CommonAnswers:
    """What every action takes besides its own fields: when it happened, the paper that shows this, the version seen."""

    happened_at: datetime | None = None
    paper: str = ""
    version: int | None = None

    @classmethod
    def pop_from(cls, given: dict[str, Any]) -> "CommonAnswers":
        """Takes these arguments out of the arguments of an action. The others remain there."""
        return cls(**{name: given.pop(name) for name in cls.__dataclass_fields__ if name in given})

    def resolve_time(self) -> datetime:
        return resolve_time(self.happened_at, paper=self.paper)


def resolve_time_of(given: dict[str, Any], *, not_before: datetime | None = None) -> datetime:
    """Resolves the time in `given` once and stores it there, so that all writes of an action use the same moment."""
    at = resolve_time(given.get("happened_at"), paper=given.get("paper", ""), not_before=not_before)
    given["happened_at"] = at
    return at


def apply_transition(
    thing: Thing,
    verb: str,
    *,
    actor: Actor,
    streams: Iterable[StreamKey] = (),
    audience: Audience = READERS_OF_CASE,
    changes: dict[str, Any] | None = None,
    event_data: dict[str, Any] | None = None,
    involves: Iterable[UUID] = (),
    **given: Any,
) -> TransitionResult[Thing]:
    """Applies one transition of the object's workflow and writes one event per stream, by default that of its case.

    `given` are the answers to the fields of the transition, with time, reason and version; those marked `stores` are
    written to the object. `changes` are further columns, in which `TIME_OF_ACT` stands for the time. `event_data` is
    stored in the note. `involves` are people who become involved. The visibility is that of the transition.

    Raises Stale, TransitionRefused, Forbidden, Invalid. Then nothing is written.
    """
    object_kind = kind_of(type(thing))
    happened_at, reason, version = given.pop("happened_at", None), given.pop("reason", ""), given.pop("version", None)
    with atomic():
        current, workflow = _lock_and_check(thing, verb, actor, version)
        transition = workflow.transitions[verb]
        proxy = workflow.proxy_of(verb, actor, current)
        place, began = StateAtDesk.of(current), current.state_since
        at = _validate_answers(transition.fields_for(proxy), given, reason, happened_at, began, actor)
        if proxy:
            given |= _named_paper(proxy, current, actor, given) | _confirmed(proxy, actor)
            _refuse_barred_second(workflow, verb, proxy, actor, current)
        event_data = (event_data or {}) | _confirmations(transition, current, given, actor)
        written = _columns(transition, {**given, "reason": reason}, changes or {}, at)
        from_state, previous = current.state, previous_values(current, written)
        if transition.to is not None:
            written |= {"state": transition.to, "state_since": at}
        _require_row(_same_version(current).update(**_next_version(current, written)), current)
        close_interval(current, place, began=began, at=at, object_kind=object_kind)
        data = {name: to_json_value(value) for name, value in {**given, **event_data}.items()} | {"was": previous}
        event = record_event(
            *(streams or [StreamKey(Stream.Kind.CASE, thing.case_id)]),  # type: ignore[attr-defined]  # on a case
            actor=actor,
            action=Action(verb, object_kind, current.pk, from_state, current.state, written, data, reason),
            happened_at=at,
            audience=replace(audience, visibility=transition.visibility, colleagues=True),
            on_behalf_of=proxy.agency(current).pk if proxy else None,
            involves=[*involves, *_involved_people(transition, actor, written)],
        )
        _create_proxy_step(event, actor, given, at)
        return TransitionResult(current, transition, event, at)


def _lock_and_check(thing: Thing, verb: str, actor: Actor, version: int | None) -> tuple[Thing, Workflow]:
    """Locks the row and returns it as it is now, with its workflow, which allows the transition."""
    object_kind = kind_of(type(thing))
    workflow = RESOURCE_OF_KIND[object_kind].workflow_of(thing)
    current = type(thing)._base_manager.select_for_update(no_key=True).get(pk=thing.pk)
    refuse_stale(current, version, object_kind)
    is_late = current.state not in workflow.transitions[verb].sources
    last_change = describe_last_transition(object_kind, current.pk) if is_late else ""
    workflow.check(verb, actor, current, last_change=last_change)
    return current, workflow


def _create_proxy_step(event: Event, actor: Actor, given: dict[str, Any], at: datetime) -> None:
    """Creates the step that the agency confirms or disputes, if the event was recorded on its behalf."""
    if event.on_behalf_of_id is not None:
        ProxyStep.objects.create(
            event=event,
            agency_id=event.on_behalf_of_id,
            recorder_id=actor.own_agency,
            paper=given["paper"],
            state_since=at,
        )


def _named_paper(proxy: ProxyRecording, thing: Any, actor: Actor, given: dict[str, Any]) -> dict[str, str]:
    """Returns number and id of the chosen paper, so that the journal can be read without a lookup."""
    chosen = str(given[proxy.paper.name])
    if proxy.paper.choices is None:  # identified by its number only
        return {"paper": chosen}
    offered = dict(proxy.paper.offered(thing, actor))
    if str(chosen) not in offered:
        raise Invalid.field(proxy.paper.name, "choice", _("This is not a paper of that agency on this case."))
    return {"paper": offered[chosen], "incoming": chosen}


def _confirmed(proxy: ProxyRecording, actor: Actor) -> dict[str, str]:
    """Returns the data of the second person for a step that needs a lead. Raises TransitionRefused if there is none."""
    if not proxy.of_chief:
        return {}
    second = second_person(actor)
    if second is None:
        raise TransitionRefused.because("second_person", _("A second person confirms this before it is recorded."))
    return {"second": second.id, "second_name": second.name}


def _second_of_change(transition: Transition, thing: Any, given: dict[str, Any], actor: Actor) -> dict[str, str]:
    """Returns the data of the person who confirmed a change on which something rests. Raises TransitionRefused if the
    actor is alone.
    """
    if transition.second is None or not (rests := transition.second.rests(thing, given, actor)):
        return {}
    second = second_person(actor)
    if second is None:
        detail = _("A second person confirms this before it is recorded, because this rests on it: %(what)s.")
        if transition.second.kind == "consent":
            detail = _("This needs the consent of the originating agency, by its lead or head: %(what)s.")
        raise TransitionRefused.because("second_person", detail % {"what": "; ".join(rests)})
    return {"second": second.id, "second_name": second.name}


def _confirmations(transition: Transition, thing: Any, given: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """Returns the data of the second person, and since when and by whose confirmation the actor holds an acting post,
    if only this post permits the act.
    """
    data: dict[str, Any] = dict(_second_of_change(transition, thing, given, actor))
    if actor.acting and not transition.by(replace(actor, offices=frozenset(), acting=()), thing):
        data["acting"] = dict(actor.acting)
    return data


def _refuse_barred_second(workflow: Workflow, verb: str, proxy: ProxyRecording, actor: Actor, thing: Any) -> None:
    """Refuses a second person who is barred by the workflow.

    A superior's decision is recorded here because people of this agency took part, so none of them may confirm it.
    """
    confirmer = second_person(actor)
    if proxy.instead is not None and confirmer is not None and (unmet := workflow.unmet(verb, confirmer, thing)):
        raise TransitionRefused(unmet)


def apply_correction(
    thing: Thing,
    verb: str,
    *,
    actor: Actor,
    event: Event,
    at: datetime,
    columns: dict[str, Any],
    reason: str,
    data: dict[str, Any],
) -> Event:
    """Corrects the effect of an earlier event: writes the columns and appends an event that refers to it.

    It is the only other way to change a state. The workflow of corrections decides who may request it. The earlier
    event stays; the new one has the same visibility and counterpart.
    """
    from_state, object_kind = thing.state, event.object_kind
    _require_row(_same_version(thing).update(**_next_version(thing, columns)), thing)
    action = Action(
        verb,
        object_kind,
        thing.pk,
        from_state=from_state,
        to_state=thing.state,
        fields=columns,
        data=data,
        reason=reason,
    )
    notified = [event.counterpart_id] if event.counterpart_id else []
    corrections = {
        copy.pk: record_event(
            StreamKey(copy.stream.kind, copy.stream.subject),
            actor=actor,
            action=action,
            happened_at=at,
            audience=Audience(
                event.visibility,
                counterpart_id=event.counterpart_id,
                notify=notified if copy.pk == event.pk else [],
            ),
            on_behalf_of=event.on_behalf_of_id,
            refers_to=copy,
        )
        for copy in _copies(event)
    }
    rebuild_intervals(thing, object_kind)
    return corrections[event.pk]


def _copies(event: Event) -> "models.QuerySet[Event]":
    """The event in each stream in which its act was recorded, as that of a lead and that of its case, in the order in
    which streams are locked."""
    same = {"object_id": event.object_id, "verb": event.verb, "recorded_at": event.recorded_at}
    copies = Event.objects.filter(models.Q(pk=event.pk) | ~models.Q(stream=event.stream_id), **same)
    return copies.select_related("stream").order_by("stream__kind", "stream__subject")


HANDLER_COLUMNS = ("handler", "drafter")


def _involved_people(transition: Transition, actor: Actor, written: dict[str, Any]) -> Iterator[Any]:
    """Yields the author of what is decided later, and the people named to handle the object."""
    if transition.writes and actor.kind == "user":
        yield actor.id
    for name in HANDLER_COLUMNS:
        for value in (written.get(name), written.get(f"{name}_id")):
            if value is not None:
                yield getattr(value, "pk", value)


def previous_values(thing: models.Model, written: Iterable[str]) -> dict[str, str | None]:
    """Returns the previous values of the columns as text. An annulled transition restores them."""
    fields = [thing._meta.get_field(name) for name in written]
    return {
        field.attname: None if getattr(thing, field.attname) is None else field.value_to_string(thing)
        for field in fields
        if isinstance(field, models.Field)
    }


def part_key(row: models.Model) -> str:
    """Returns the name of a row below an object, unique in the journal of its matter."""
    return str(row.pk) if isinstance(row.pk, UUID) else f"{row._meta.model_name} {row.pk}"


def part_before(row: models.Model, columns: Iterable[str]) -> dict[str, Any]:
    """The row and the values that the act replaces, for the event: figures of past days are derived from them."""
    return {"part": part_key(row), "part_was": previous_values(row, columns)}


def describe_last_transition(object_kind: str, object_id: UUID) -> str:
    """Describes who brought the object into its state, for a person who came second."""
    return _describe(_events_of(object_kind, object_id).exclude(to_state=models.F("from_state")).first())


def describe_last_event(object_kind: str, object_id: UUID) -> str:
    """Describes who last changed the object, including changes that kept the state. Reading is not a change."""
    return _describe(_events_of(object_kind, object_id).exclude(fields="", from_state="", to_state="").first())


def _events_of(object_kind: str, object_id: UUID) -> "models.QuerySet[Event]":
    """Returns the events of an object, newest first."""
    return Event.objects.filter(object_kind=object_kind, object_id=object_id).select_related("note").order_by("-id")


def _describe(event: Event | None) -> str:
    """Names the agency and not the person, who may belong to another agency. Returns "" without an event."""
    if event is None:
        return ""
    who = event.remark.agency_name if event.remark else ""
    when = date_format(timezone.localtime(event.recorded_at), "DATETIME_FORMAT")
    return _("%(who)s recorded this on %(when)s.") % {"who": who or _("The system"), "when": when}


def to_json_value(value: Any) -> Any:
    """Returns a JSON-safe form of an answer: decimals and dates as text, rows by their name."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return {name: to_json_value(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_json_value(v) for v in value]
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def refuse_stale(thing: Stateful, version: int | None, object_kind: str) -> None:
    """Raises Stale if the object changed since the actor saw it. Without a version nothing is checked."""
    if version is not None and version != thing.version:
        detail = _("It was changed after you opened this page. Check the current content.")
        message = f"{describe_last_event(object_kind, thing.pk)} {detail}".strip()
        raise Stale.because("version", message, version=thing.version)


def _validate_answers(
    fields: Iterable[ActionField],
    given: dict[str, Any],
    reason: str,
    happened_at: datetime | None,
    since: datetime | None,
    actor: Actor,
) -> datetime:
    """Returns the time if all required fields are answered. Reports all missing and wrong answers together."""
    answers = {**given, "reason": reason}
    unanswered = [field.name for field in fields if field.required and answers.get(field.name) in (None, "", [])]
    errors = [FieldError(f"/{name}", "required", _("This field is required.")) for name in unanswered]
    try:
        at = resolve_time(happened_at, paper=given.get("paper", ""), not_before=since, by_system=actor.is_system)
    except Invalid as invalid:
        errors += [error for error in invalid.errors if error.pointer not in {one.pointer for one in errors}]
    if errors:
        raise Invalid(errors)
    return at


def _columns(transition: Transition, answers: dict[str, Any], changes: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The answers that are stored and the further columns, with the time of the act."""
    stored = {field.name: answers[field.name] for field in transition.fields if field.stores and field.name in answers}
    return {name: at if value is TIME_OF_ACT else value for name, value in {**stored, **changes}.items()}


def _same_version(thing: Stateful) -> "models.QuerySet[Any]":
    """The row of the object, if its version is unchanged.

    Correctness rests on this condition, because SQLite has no row locks.
    """
    return type(thing)._base_manager.filter(pk=thing.pk, version=thing.version)


def _next_version(thing: Stateful, written: dict[str, Any]) -> dict[str, Any]:
    """Sets the columns on the object, with its next version. Returns them as they are stored."""
    written = {**written, "version": thing.version + 1, "updated_at": times.now()}
    for name, value in written.items():
        setattr(thing, name, value)
    return {name: encrypted_for(thing, name, value) for name, value in written.items()}


def _require_row(rows: int, thing: Stateful) -> None:
    """Raises Stale if no row was updated, because another transaction was faster."""
    if rows != 1:
        raise Stale.because("version", describe_last_event(kind_of(type(thing)), thing.pk))
