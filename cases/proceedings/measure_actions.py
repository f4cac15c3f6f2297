"""Actions on measures against a suspect, and measures that lapse."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from agencies.journal.actions import Audience
from agencies.journal.transitions import TransitionResult, apply_transition
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.work import atomic
from agencies.runs.one_by_one import deferred_keys, process_each
from cases.casefile.actions import locked_case, stream_of
from cases.clocks.models import Clock

from .models import Measure
from .periods import begin_periods, end_periods
from .workflow import (
    ALL_ENDS,
    measure_workflow_of,
)


def move_measure(
    measure: Measure, verb: str, *, actor: Actor, over_because: str = "", ending: str = "", **given: Any
) -> TransitionResult[Measure]:
    """Applies a transition of a measure, with its periods."""
    line = measure.suspect
    case_id = line.proceeding.case_id
    workflow = measure_workflow_of(measure)
    if workflow.transitions[verb].system:
        given["audience"] = Audience(counterpart_id=line.proceeding.agency_id)
    with locked_case(case_id):
        if workflow.transitions[verb].to == Measure.State.ENDED:
            _forget_lapse(measure, given.get("happened_at"))
            given["happened_at"] = given.get("happened_at") or max(times.now(), measure.state_since or measure.since)
        applied = apply_transition(
            measure,
            verb,
            actor=actor,
            streams=[stream_of(case_id)],
            changes=_measure_changes(verb, given, over_because, ending),
            event_data={"party": line.party.name, "measure": measure.kind},
            **given,
        )
        end_periods(applied.transition.stops, applied.thing, applied.at)
        begin_periods(applied.transition.starts, applied.thing, applied.at)
        if verb == "release" and measure.over_because == Measure.Over.REFUSED:
            # After a refused arrest the suspect is released at once, and the release is reported (MPSP art. 140).
            begin_periods(["CRM_RECEIPT"], line, applied.at)
        return applied


def _measure_changes(verb: str, given: dict[str, Any], over_because: str, ending: str) -> dict[str, Any]:
    match verb:
        case "lapse" | "void":
            return {"over_because": over_because}
        case "revive":
            return {"over_because": ""}
        case "release" | "end":
            return {"until": given["happened_at"], "ending": ending or Measure.Ending.RELEASED}
    return {}


def end_measure(measure: Measure, ending: str, at: datetime) -> None:
    move_measure(measure, "end", actor=SYSTEM, happened_at=at, ending=ending)


def _forget_lapse(measure: Measure, at: datetime | None) -> None:
    """A measure lifted in time and recorded late had not lapsed: its state dates from the start of the measure."""
    if at is not None and measure.state == Measure.State.OVER and measure.since <= at:
        Measure.objects.filter(pk=measure.pk, state_since__gt=at).update(state_since=measure.since)


LAPSING_QUEUE = "measures"


def lapse_measures() -> int:
    """Marks expired measures as over, and those extended in time as in force. Returns how many changed."""
    ends = Clock.objects.running().filter(subject_kind=Measure.clock_kind, rule__code__in=ALL_ENDS)
    aside = deferred_keys(LAPSING_QUEUE)
    over = ends.filter(due_at__lt=times.database_now()).exclude(subject_id__in=aside)
    ended = {pk: due_at for pk, due_at in over.values_list("subject_id", "due_at") if due_at}
    changed = sum(process_each(LAPSING_QUEUE, ended.items(), _lapse, key=lambda end: end[0]))
    held = Measure.objects.filter(
        state=Measure.State.OVER,
        over_because=Measure.Over.EXPIRED,
        pk__in=ends.filter(due_at__gte=times.database_now()).values("subject_id"),
    )
    listed = held.exclude(pk__in=aside).select_related("suspect__proceeding", "suspect__party")
    return changed + len(
        process_each(
            LAPSING_QUEUE,
            listed,
            partial(move_measure, verb="revive", actor=SYSTEM),
            key=lambda measure: measure.pk,
        )
    )


def _lapse(end: tuple[UUID, datetime]) -> int:
    """`end` is the id of a measure and the end of its period. Returns how many measures are over."""
    measure_id, due_at = end
    with atomic():
        found = Measure.objects.filter(pk=measure_id, state=Measure.State.RUNNING)
        measure = found.select_related("suspect__proceeding", "suspect__party").first()
        if measure is None:
            return 0
        at = max(due_at, measure.state_since or due_at)
        move_measure(measure, "lapse", actor=SYSTEM, happened_at=at, over_because=Measure.Over.EXPIRED)
        return 1
