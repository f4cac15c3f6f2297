"""Actions on corrections: propose one, and apply it once a second person has confirmed."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.journal.actions import Action, Audience, StreamKey, record_event
from agencies.journal.models import ANNUL, CORRECT, Event, Stream
from agencies.journal.transitions import (
    TransitionResult,
    apply_correction,
    apply_transition,
    previous_values,
    resolve_time,
    to_json_value,
)
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused, UnmetCondition
from agencies.kernel.work import atomic
from cases.casefile.actions import lock_case, revert_holds
from cases.clocks.correcting import retract_clocks, retract_manual_changes, shift_clocks, shift_manual_changes
from cases.clocks.models import Clock, Timed
from cases.intake.models import Lead

from .models import Correction
from .record import correction_obstacle, event_subject, history, state_since_before

K = Correction.Kind
PUT_RIGHT = (Stream.Kind.CASE, Stream.Kind.LEAD)
REVERSED = gettext_lazy("By this time it would end before it began. Correct the other time first.")
EMPTY: Mapping[str, Any] = {}
StepBack = Callable[[Any, datetime], None]


def propose_correction(
    event: Event,
    *,
    actor: Actor,
    kind: str,
    paper: str,
    reason: str,
    when: datetime | None = None,
    new_paper: str = "",
    happened_at: datetime | None = None,
) -> Correction:
    """Proposes a correction; for members of the agency that acted. Raises every obstacle before a second person has to
    decide."""
    if event.stream.kind not in PUT_RIGHT or not actor.works_for(event.agency_id):
        raise Forbidden(_("Only the agency that recorded it may correct its record."))
    if kind == K.CORRECT:
        _validate_replacement(when, new_paper, paper)
    at = resolve_time(happened_at, paper=paper)
    with atomic():
        about = _lock(event)
        values = {} if kind == K.ANNUL else {"happened_at": when, "new_paper": new_paper}
        correction = Correction(
            **about,
            event=event,
            agency_id=actor.own_agency,
            proposer_id=actor.id,
            kind=kind,
            paper=paper,
            reason=reason,
            state_since=at,
            **values,
        )
        if missing := correction_obstacle(correction):
            raise TransitionRefused([missing])
        if when is not None:
            _refuse_reversed(event, when)
        _save_once(correction)
        data = {"kind": kind, "paper": paper, "event": event.pk}
        record_event(
            _stream(event),
            actor=actor,
            action=Action("propose", "correction", correction.pk, to_state=correction.state, data=data, reason=reason),
            happened_at=at,
            audience=Audience("own", notify=[actor.own_agency]),
            involves=[actor.id],
        )
        return correction


def _validate_replacement(when: datetime | None, new_paper: str, paper: str) -> None:
    if when is None and not new_paper:
        raise Invalid.field("when", "required", _("Enter when it happened, or the paper that shows it."))
    if when is not None:
        resolve_time(when, paper=new_paper or paper)


def _refuse_reversed(event: Event, at: datetime) -> None:
    """The beginning may be a record of another object, such as that of a measure: the row's constraints know it."""
    thing = event_subject(event)
    for name, moment in _columns_at(thing, _time_of(event), at).items():
        setattr(thing, name, moment)
    checks = [one for one in thing._meta.constraints if isinstance(one, models.CheckConstraint)]
    for one in checks:
        try:
            one.validate(type(thing), thing)
        except ValidationError as against:
            raise Invalid.field("when", "order", str(REVERSED)) from against


def _save_once(correction: Correction) -> None:
    try:
        with atomic():
            correction.save()
    except IntegrityError as taken:
        detail = _("A correction of this record is already proposed.")
        raise TransitionRefused([UnmetCondition("open", detail)]) from taken


def _lock(event: Event) -> dict[str, Any]:
    """Locks the case of the event, or the lead before there is a case, until the transaction ends."""
    if event.stream.kind == Stream.Kind.CASE:
        return {"case": lock_case(event.stream.subject)}
    return {"lead": Lead.objects.select_for_update(no_key=True).get(pk=event.stream.subject)}


def _stream(event: Event) -> StreamKey:
    return StreamKey(event.stream.kind, event.stream.subject)


def transition_correction(
    correction: Correction, verb: str, *, actor: Actor, **given: Any
) -> TransitionResult[Correction]:
    with atomic():
        _lock(correction.event)
        return apply_transition(
            correction,
            verb,
            actor=actor,
            streams=[_stream(correction.event)],
            **given,
        )


def confirm_correction(
    correction: Correction, *, actor: Actor, step_back: StepBack, **given: Any
) -> TransitionResult[Correction]:
    """Confirms the correction: annuls the old event, records a new one that refers to it, recalculates clocks.

    `step_back(subject, at)` restores the tasks of the restored state. The resource supplies it.
    """
    with atomic():
        applied = transition_correction(correction, "confirm", actor=actor, **given)
        event = correction.event
        thing = type(found := event_subject(event))._base_manager.select_for_update(no_key=True).get(pk=found.pk)
        if correction.kind == K.ANNUL:
            _annul(applied.thing, thing, actor)
            step_back(thing, thing.state_since or applied.at)
        else:
            _correct(applied.thing, thing, actor)
        return applied


def _correct(correction: Correction, thing: Any, actor: Actor) -> None:
    was = _time_of(correction.event)
    at = correction.happened_at or was
    try:
        with atomic():
            parts = thing.retime(correction.event.verb, was, at) if isinstance(thing, Timed) and at != was else {}
            columns = _columns_at(thing, was, at)
            _amend(correction, thing, CORRECT, actor, at=at, columns=columns, was=was, parts=parts)
    except IntegrityError as against:  # the other time was corrected since this was proposed
        raise TransitionRefused([UnmetCondition("order", str(REVERSED))]) from against
    data: dict[str, Any] = {"actor": actor, "paper": correction.paper, "reason": correction.reason}
    if at == was:
        return
    if isinstance(thing, Timed):
        shift_clocks(thing, was=was, at=at, **data)
    elif isinstance(thing, Clock):
        shift_manual_changes(thing, was=was, at=at, **data)


def _time_of(event: Event) -> datetime:
    """The time of the event as it was corrected last."""
    return next(one.happened_at for one in history(event) if one.pk == event.pk)


def _columns_at(thing: Any, was: datetime, at: datetime) -> dict[str, datetime]:
    """The columns that hold the time of an event, with another one."""
    return {name: at for name in _times(thing) if getattr(thing, name) == was}


def _annul(correction: Correction, thing: Any, actor: Actor) -> None:
    event = correction.event
    was = _time_of(event)
    columns = _columns_before(thing, event)
    if event.from_state != event.to_state:  # an extension did not interrupt the period
        columns |= {"state": event.from_state, "state_since": state_since_before(event) or thing.created_at}
    parts = thing.take_back(event.verb, event.happened_at) if isinstance(thing, Timed) else {}
    _amend(correction, thing, ANNUL, actor, at=was, columns=columns, was=was, parts=parts)
    data: dict[str, Any] = {"actor": actor, "paper": correction.paper, "reason": correction.reason}
    revert_holds(thing.pk, since=event.recorded_at)
    if isinstance(thing, Timed):
        retract_clocks(thing, at=was, **data)
    elif isinstance(thing, Clock):
        retract_manual_changes(thing, at=was, **data)


def _amend(
    correction: Correction,
    thing: Any,
    verb: str,
    actor: Actor,
    *,
    at: datetime,
    columns: dict[str, Any],
    was: datetime,
    parts: Mapping[str, Any] = EMPTY,
) -> Event:
    data = {
        "was": to_json_value(was),
        "before": previous_values(thing, columns),
        "paper": correction.new_paper or correction.paper,
        "by_paper": correction.paper,
        **parts,
    }
    return apply_correction(
        thing,
        verb,
        actor=actor,
        event=correction.event,
        at=at,
        columns=columns,
        reason=correction.reason,
        data=data,
    )


OWN_TIMES = {"created_at", "updated_at", "due_at", "breach_at", "warn_by"}  # record keeping, not times of the subject


def _times(thing: Any) -> list[str]:
    fields = [field for field in thing._meta.concrete_fields if isinstance(field, models.DateTimeField)]
    return [field.name for field in fields if field.name not in OWN_TIMES]


def _columns_before(thing: Any, event: Event) -> dict[str, Any]:
    """Values of the columns that the event changed, as it recorded them. Empty once the contents are erased."""
    held = event.remark.data.get("was", {}) if event.remark else {}
    fields = {field.attname: field for field in thing._meta.concrete_fields}
    return {
        name: None if value is None else fields[name].to_python(value)
        for name, value in held.items()
        if name in fields and name not in ("version", "updated_at")
    }
