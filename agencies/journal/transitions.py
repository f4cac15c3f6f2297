"""The one way a state changes: lock, ask the table, write under the version, tell the journal."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies.kernel import times
from agencies.kernel.action_fields import ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.encryption import encrypted_for
from agencies.kernel.errors import FieldError, Invalid, Stale, TransitionRefused, UnmetCondition, future_time_error
from agencies.kernel.proxy_recording import ProxyRecording
from agencies.kernel.records import Stateful
from agencies.kernel.times import CLOCK_TOLERANCE, missing_paper_error, needs_paper
from agencies.kernel.workflow import Transition, Workflow

from .actions import StreamKey, record_event
from .intervals import Place, close_interval, rebuild_intervals
from .models import Event, ProxyStep

Thing = TypeVar("Thing", bound=Stateful)
# The second person who confirmed what is being recorded now, see `agencies.confirmations`.
_second: ContextVar[Actor | None] = ContextVar("second", default=None)


@contextmanager
def confirmed_by(person: Actor) -> Iterator[None]:
    """What is recorded inside was confirmed by this second person, by whom the event is told as well."""
    token = _second.set(person)
    try:
        yield
    finally:
        _second.reset(token)


def second_person(actor: Actor) -> Actor | None:
    """The person who confirmed what the actor records; None where it is nobody else."""
    second = _second.get()
    return second if second is not None and second.id != actor.id else None


@dataclass(frozen=True)
class Applied(Generic[Thing]):
    """What an action has in hand after a move: the thing as it now stands, the line of the table, the event."""

    thing: Thing
    transition: Transition
    event: Event
    at: datetime


def resolve_time(
    happened_at: datetime | None, *, paper: str = "", not_before: datetime | None = None, by_system: bool = False
) -> datetime:
    """When it really happened: now unless told; never in the future, never before the state it leaves began.

    Told much later it needs the number of a paper that shows it; what the system itself finds late needs none.
    """
    at = happened_at or times.now()
    if at > times.now() + CLOCK_TOLERANCE:
        raise future_time_error()
    wrong = []
    if not_before is not None and at < not_before:
        if happened_at is None:
            return not_before
        began = date_format(timezone.localtime(not_before), "DATETIME_FORMAT")
        detail = _("This is earlier than the start of the current state (%(began)s).") % {"began": began}
        wrong.append(FieldError("/happened_at", "order", detail))
    if not (paper or by_system) and needs_paper(at):
        wrong.append(missing_paper_error())
    if wrong:
        raise Invalid(wrong)
    return at


def resolve_time_of(given: dict[str, Any], *, not_before: datetime | None = None) -> datetime:
    """Settles the time among the answers once, so that what an action writes beside its move is the same moment."""
    at = resolve_time(given.get("happened_at"), paper=given.get("paper", ""), not_before=not_before)
    given["happened_at"] = at
    return at


def apply_transition(
    thing: Thing,
    verb: str,
    *,
    workflow: Workflow,
    actor: Actor,
    streams: Iterable[StreamKey],
    object_kind: str,
    happened_at: datetime | None = None,
    version: int | None = None,
    reason: str = "",
    counterpart_id: int | None = None,
    notify: Iterable[int] = (),
    changes: dict[str, Any] | None = None,
    event_data: dict[str, Any] | None = None,
    involves: Iterable[UUID] = (),
    **given: Any,
) -> Applied[Thing]:
    """Moves `thing` along one line of its table and writes one event per stream, or raises and writes nothing.

    `given` are the answers to the line's asks; those marked `stores` are written to the thing. `changes` are further
    columns the action decides; `event_data` goes beside the event, `involves` are persons who join by it.

    Raises Stale, TransitionRefused, Forbidden, Invalid.
    """
    with transaction.atomic():
        # Not the key: rows that only refer to this one need not wait.
        now_stands = type(thing)._base_manager.select_for_update(no_key=True).get(pk=thing.pk)
        refuse_stale(now_stands, version, object_kind)
        last_change = (
            ""
            if now_stands.state in workflow.transitions[verb].sources
            else describe_last_transition(object_kind, now_stands.pk)
        )
        line = workflow.check(verb, actor, now_stands, last_change=last_change)
        proxy = workflow.proxy_of(verb, actor, now_stands)
        asked = line.fields_for(proxy)
        at = _settle_answers(asked, given, reason, happened_at, now_stands.state_since, by_system=actor.is_system)
        if proxy:
            given |= _named_paper(proxy, now_stands, actor, given) | _confirmed(proxy, actor)
            _refuse_barred_second(workflow, verb, proxy, actor, now_stands)
        written = {**_stored(line, given), **(changes or {})}
        left, was = now_stands.state, _held(now_stands, written)
        place, began = Place.of(now_stands), now_stands.state_since
        if line.to is not None:
            written |= {"state": line.to, "state_since": at}
        _write(now_stands, written, object_kind)
        close_interval(now_stands, place, began=began, at=at, object_kind=object_kind)
        event = record_event(
            *streams,
            actor=actor,
            verb=verb,
            object_kind=object_kind,
            object_id=now_stands.pk,
            from_state=left,
            to_state=now_stands.state,
            happened_at=at,
            fields=written,
            reason=reason,
            data={name: to_json_value(value) for name, value in {**given, **(event_data or {})}.items()} | {"was": was},
            visibility=line.visibility,
            counterpart_id=counterpart_id,
            notify=notify,
            on_behalf_of=proxy.agency(now_stands).pk if proxy else None,
            colleagues=True,
            involves=[*involves, *_who_is_involved(line, actor, written)],
        )
        if event.on_behalf_of_id is not None:
            ProxyStep.objects.create(
                event=event, agency_id=event.on_behalf_of_id, recorder_id=actor.own_agency, paper=given["paper"],
                state_since=at,
            )  # fmt: skip
        return Applied(now_stands, line, event, at)


def _named_paper(proxy: ProxyRecording, thing: Any, actor: Actor, given: dict[str, Any]) -> dict[str, str]:
    """The number of the paper beside its id: who reads the journal later reads words."""
    chosen = str(given[proxy.paper.name])
    if proxy.paper.choices is None:  # named by its number alone
        return {"paper": chosen}
    offered = dict(proxy.paper.choices(thing, actor))
    if str(chosen) not in offered:
        raise Invalid.field(proxy.paper.name, "choice", _("This is not a paper of that agency on this case."))
    return {"paper": offered[chosen], "incoming": chosen}


def _confirmed(proxy: ProxyRecording, actor: Actor) -> dict[str, str]:
    """Who confirmed it, where the step is a chief's: nobody records that alone."""
    if not proxy.of_chief:
        return {}
    second = second_person(actor)
    if second is None:
        raise TransitionRefused(
            [UnmetCondition("second_person", _("A second person confirms this before it is recorded."))]
        )
    return {"second": second.id, "second_name": second.name}


def _refuse_barred_second(workflow: Workflow, verb: str, proxy: ProxyRecording, actor: Actor, thing: Any) -> None:
    """A decision of the agency above is recorded because people here took part: none of them confirms it either."""
    second = second_person(actor)
    if proxy.instead is not None and second is not None and (unmet := workflow.unmet(verb, second, thing)):
        raise TransitionRefused(unmet)


def apply_correction(
    thing: Thing, verb: str, *, actor: Actor, event: Event, at: datetime, columns: dict[str, Any], object_kind: str,
    reason: str, data: dict[str, Any],
) -> Event:  # fmt: skip
    """Puts right what an earlier event did to a thing: writes the columns, appends an event that refers to it.

    Beside `apply_transition` the only way a state changes. Who may ask for it is the table of corrections; the earlier
    event stays as it is, and its reach and counterpart are the new one's too.
    """
    left = thing.state
    _write(thing, columns, object_kind)
    amended = record_event(
        StreamKey(event.stream.kind, event.stream.subject), actor=actor, verb=verb, object_kind=object_kind,
        object_id=thing.pk, from_state=left, to_state=thing.state, happened_at=at, fields=columns, reason=reason,
        data=data, visibility=event.visibility, counterpart_id=event.counterpart_id,
        notify=[event.counterpart_id] if event.counterpart_id else [], on_behalf_of=event.on_behalf_of_id,
        refers_to=event,
    )  # fmt: skip
    rebuild_intervals(thing, object_kind)
    return amended


IN_HAND = ("handler", "drafter")  # columns that name who has a thing in hand


def _who_is_involved(line: Transition, actor: Actor, written: dict[str, Any]) -> Iterator[Any]:
    """The author of what is decided later, and whoever the act names to have the thing in hand."""
    if line.writes and actor.kind == "user":
        yield actor.id
    for name in IN_HAND:
        for value in (written.get(name), written.get(f"{name}_id")):
            if value is not None:
                yield getattr(value, "pk", value)


def _held(thing: Stateful, written: dict[str, Any]) -> dict[str, str | None]:
    """What stood in the columns before, as text: an annulled move puts it back."""
    fields = [thing._meta.get_field(name) for name in written]
    return {
        field.attname: None if getattr(thing, field.attname) is None else field.value_to_string(thing)
        for field in fields
        if isinstance(field, models.Field)
    }


def describe_last_transition(object_kind: str, object_id: UUID) -> str:
    """Who brought it into its state, for whoever comes second."""
    return _describe(_events_of(object_kind, object_id).exclude(to_state=models.F("from_state")).first())


def describe_last_event(object_kind: str, object_id: UUID) -> str:
    """Who changed the last thing here, also where the state stayed as it was; who only read it changed nothing."""
    return _describe(_events_of(object_kind, object_id).exclude(fields="", from_state="", to_state="").first())


def _events_of(object_kind: str, object_id: UUID) -> "models.QuerySet[Event]":
    """The newest first."""
    return Event.objects.filter(object_kind=object_kind, object_id=object_id).select_related("note").order_by("-id")


def _describe(event: Event | None) -> str:
    """In words: the agency, not the person, for he may be foreign."""
    if event is None:
        return ""
    who = event.remark.agency_name if event.remark else ""
    when = date_format(timezone.localtime(event.recorded_at), "DATETIME_FORMAT")
    return _("%(who)s recorded this on %(when)s.") % {"who": who or _("The system"), "when": when}


def to_json_value(value: Any) -> Any:
    """A JSON-safe form of an answer: decimals and dates as text, rows by their name."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, list | tuple | set | frozenset):
        return [to_json_value(v) for v in value]
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def refuse_stale(thing: Stateful, version: int | None, object_kind: str) -> None:
    """Whoever acts on what he saw must have seen what now stands. Without a version nothing is asked."""
    if version is not None and version != thing.version:
        detail = _("It was changed after you opened this page. Check the current content.")
        told = f"{describe_last_event(object_kind, thing.pk)} {detail}".strip()
        raise Stale([UnmetCondition("version", told)], version=thing.version)


def _settle_answers(
    asked: Iterable[ActionField],
    given: dict[str, Any],
    reason: str,
    happened_at: datetime | None,
    since: datetime | None,
    *,
    by_system: bool,
) -> datetime:
    """The time, if all that the line asks is answered; what is missing and what is wrong is told at once."""
    answers = {**given, "reason": reason}
    unanswered = [ask.name for ask in asked if ask.required and answers.get(ask.name) in (None, "", [])]
    wrong = [FieldError(f"/{name}", "required", _("This field is required.")) for name in unanswered]
    try:
        at = resolve_time(happened_at, paper=given.get("paper", ""), not_before=since, by_system=by_system)
    except Invalid as no:
        wrong += [error for error in no.errors if error.pointer not in {one.pointer for one in wrong}]
    if wrong:
        raise Invalid(wrong)
    return at


def _stored(line: Transition, given: dict[str, Any]) -> dict[str, Any]:
    return {ask.name: given[ask.name] for ask in line.fields if ask.stores and ask.name in given}


def _write(thing: Stateful, written: dict[str, Any], object_kind: str) -> None:
    """Correctness rests on this condition, not on the lock: SQLite takes none."""
    written = {**written, "version": thing.version + 1, "updated_at": times.now()}
    stored = {name: encrypted_for(thing, name, value) for name, value in written.items()}
    rows = type(thing)._base_manager.filter(pk=thing.pk, version=thing.version).update(**stored)
    if rows != 1:
        raise Stale([UnmetCondition("version", describe_last_event(object_kind, thing.pk))])
    for name, value in written.items():
        setattr(thing, name, value)
