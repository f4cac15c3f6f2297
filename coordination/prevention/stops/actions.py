"""Actions on stops: draft and send them, answer for customs, hold and lift goods."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, StreamKey, record_event
from agencies.journal.models import Event
from agencies.journal.transitions import CommonAnswers, TransitionResult, apply_transition, resolve_time_of
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden, Invalid
from agencies.kernel.resource import by_verb
from agencies.kernel.work import atomic
from agencies.organisations.actions import take_number
from agencies.organisations.models import Agency
from cases.casefile.actions import lock_case, lock_case_for, stream_of
from cases.casefile.identifiers import normalize_identifier
from cases.casefile.models import Case
from cases.sharing.actions import agency_by_code
from coordination.exchange.letters.acting import person_of
from coordination.prevention.exporters.actions import lock_exporter_for
from coordination.prevention.exporters.models import Exporter
from coordination.prevention.streams import prevention_stream

from .access import asks_customs, sends_notices
from .fields import checked, number_errors
from .holding import join_hold, lift_unneeded
from .models import TO_BE_SEEN, Stop, StopKind
from .sheet import FORM_OF_KIND, issue_paper
from .starts import VERBS
from .workflow import NOTICE, REQUEST, workflow_of


def stream_of_stop(stop: Stop) -> StreamKey:
    """The stream of its case, whose timeline and figures have its acts once; without a case its own."""
    return stream_of(stop.case_id) if stop.case_id else prevention_stream(stop.pk)


@contextmanager
def locked(stop: Stop, *, cargo: bool = False) -> Iterator[None]:
    """A transaction that begins with the lock of the case, if there is one; with `cargo` then that of the customs
    agency, so that its holds change one after the other."""
    with atomic():
        if stop.case_id:
            lock_case(stop.case_id)
        if cargo:
            Agency.objects.select_for_update(no_key=True).get(pk=stop.customs_id)
        yield


# The sender ----------------------------------------------------------------------------------------------------------
def draft_stop(case: Case | None, kind: str, *, actor: Actor, customs: str, **given: Any) -> Stop:
    """Drafts a stop, on a case or without one. Raises Forbidden, Invalid, and what `lock_case_for` raises."""
    if case is None and not (sends_notices(actor) if kind == StopKind.NOTICE else asks_customs(actor)):
        raise Forbidden(_("Stop notices are sent by the commerce ministry's bureau (DUR art. 22(2))."))
    common = CommonAnswers.pop_from(given)
    at, columns, addressee = common.resolve_time(), checked(kind, given), agency_by_code(customs, field="customs")
    with atomic():
        if case is not None:
            case = lock_case_for(case, VERBS[StopKind(kind)], actor=actor, version=common.version)
        stop: Stop = Stop.objects.create(
            case=case,
            kind=kind,
            sender_id=actor.own_agency,
            customs=addressee,
            drafter=person_of(actor),
            state_since=at,
            **columns,
        )
        record_event(
            stream_of_stop(stop),
            actor=actor,
            action=Action(
                *("draft", "stop", stop.pk),
                to_state=stop.state,
                data={"kind": kind, "customs": customs, "paper": common.paper, **_named(stop)},
            ),
            happened_at=at,
            audience=Audience(Event.Visibility.OWN),
            involves=[actor.id],
        )
        return stop


def draft_on_exporter(entry: Exporter, kind: str, *, actor: Actor, version: int | None = None, **given: Any) -> Stop:
    """Drafts a stop about an exporter of the own register, without a case. `exporter` is its name on the stop."""
    with atomic():
        lock_exporter_for(entry, VERBS[StopKind(kind)], actor=actor, version=version)
        return draft_stop(None, kind, actor=actor, **given)


def _named(stop: Stop) -> dict[str, str]:
    return {"declaration_no": stop.declaration_no, "container": stop.container, "exporter": stop.exporter}


def transition_stop(stop: Stop, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Stop]:
    """Applies one transition. The other side is notified of every step after sending, and both of what the system
    does."""
    sender, customs = stop.sender_id, stop.customs_id
    other = customs if actor.agency_id == sender else sender
    audience = Audience()
    if workflow_of(stop).transitions[verb].visibility == Event.Visibility.PAIR:
        audience = Audience(counterpart_id=other, notify=sorted({sender, customs}) if actor.is_system else [other])
    with locked(stop):
        return apply_transition(stop, verb, actor=actor, streams=[stream_of_stop(stop)], audience=audience, **given)


def edit_stop(stop: Stop, *, actor: Actor, customs: str = "", **given: Any) -> TransitionResult[Stop]:
    """Edits the draft. What is not given stays as it is."""
    names = (
        "ground",
        "fact",
        "text",
        "exporter",
        "exporter_code",
        "goods",
        "weight_kg",
        "district",
        "last_day",
        "campaign",
    )
    before = {name: getattr(stop, name) for name in (*names, "declaration_no", "container")}
    columns = checked(stop.kind, before | given)
    if customs:
        columns["customs"] = agency_by_code(customs, field="customs")
        given["customs"] = customs
    return transition_stop(stop, "edit", actor=actor, changes=columns, **given)


def send_stop(stop: Stop, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Stop]:
    """Approves a notice, or sends a request: it gets its number and its paper. Customs have ten minutes to see it, by
    policy."""
    with locked(stop):
        stop.refresh_from_db()
        workflow_of(stop).check(verb, actor, stop)
        at = resolve_time_of(given, not_before=stop.state_since)
        form = FORM_OF_KIND[stop.kind]
        number = take_number(stop.sender, form.series, at=at, mark=form.mark)
        changes = {
            "number": number,
            "sent_at": at,
            "due_at": at + TO_BE_SEEN,
            "approver": person_of(actor),
            "reason": "",
        }
        applied = transition_stop(stop, verb, actor=actor, changes=changes, event_data={"number": number}, **given)
        issue_paper(applied.thing, actor=actor, at=applied.at)
        return applied


def end_stop(stop: Stop, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Stop]:
    """Lifts or withdraws a stop. Goods are released only if no other stop holds them, which its sender does not
    learn."""
    with locked(stop, cargo=True):
        applied = transition_stop(stop, verb, actor=actor, changes={"due_at": None}, **given)
        lift_unneeded(applied.thing.hold, at=applied.at)
        return applied


# Customs -------------------------------------------------------------------------------------------------------------
def answer_stop(
    stop: Stop, verb: str, *, actor: Actor, changes: dict[str, Any] | None = None, **given: Any
) -> TransitionResult[Stop]:
    """Records what customs saw or found, with the officer on duty. Of two concurrent answers, one succeeds and the
    other names the first. A connected system names the officer. Raises Invalid."""
    given["officer"] = given.get("officer") or (actor.name if actor.is_person else "")
    if not given["officer"]:
        raise Invalid.field("officer", "required", _("Name the customs officer on duty who confirms this."))
    at = resolve_time_of(given, not_before=stop.state_since)
    columns: dict[str, Any] = {"due_at": None} | (changes or {})
    if stop.seen_at is None:
        columns["seen_at"] = at
    if verb != "see":
        columns["answered_at"] = at
    if actor.works_for(stop.customs_id) and stop.handler_id is None:
        columns["handler"] = person_of(actor)
    return transition_stop(stop, verb, actor=actor, changes=columns, **given)


def hold_goods(
    stop: Stop,
    *,
    actor: Actor,
    declaration_no: str = "",
    container: str = "",
    weight_kg: Any = None,
    **given: Any,
) -> TransitionResult[Stop]:
    """Holds the goods, in the hold that there is of them for another stop, or in a new one. Raises Invalid if neither
    the sender nor customs name a declaration or a container."""
    with locked(stop, cargo=True):
        stop.refresh_from_db()
        workflow_of(stop).check("hold", actor, stop)
        found = _found(stop, declaration_no, container)
        at: datetime = resolve_time_of(given, not_before=stop.state_since)
        hold = join_hold(stop.customs, found["declaration_no"], found["container"], at=at)
        weight = {} if weight_kg is None else {"weight_kg": weight_kg}
        return answer_stop(stop, "hold", actor=actor, changes={"hold": hold, **found, **weight}, **given)


def _found(stop: Stop, declaration_no: str, container: str) -> dict[str, str]:
    """The numbers of the goods. Customs add what the sender did not name, and change nothing else."""
    given = {
        name: normalize_identifier(text)
        for name, text in (("declaration_no", declaration_no), ("container", container))
    }
    errors = number_errors(given)
    if errors:
        raise Invalid(errors)
    for name, number in given.items():
        named = getattr(stop, name)
        if number and named and number != named:
            detail = _("The sender named another number: %(number)s.") % {"number": named}
            raise Invalid.field(name, "other", detail)
    found = {name: getattr(stop, name) or number for name, number in given.items()}
    if not any(found.values()):
        raise Invalid.field("declaration_no", "required", _("Name the declaration or the container that is held."))
    return found


SENDING = ("approve", "send_out")
ANSWERS = ("see", "already_released", "stand", "not_found")
ACTIONS = by_verb(
    transition_stop,
    NOTICE,
    REQUEST,
    edit=edit_stop,
    hold=hold_goods,
    **{verb: partial(send_stop, verb=verb) for verb in SENDING},
    **{verb: partial(answer_stop, verb=verb) for verb in ANSWERS},
    **{verb: partial(end_stop, verb=verb) for verb in ("lift", "withdraw")},
)
CASE_ACTIONS = {verb: partial(draft_stop, kind=kind.value) for kind, verb in VERBS.items()}
EXPORTER_ACTIONS = {verb: partial(draft_on_exporter, kind=kind.value) for kind, verb in VERBS.items()}
