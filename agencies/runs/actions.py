"""Starts, stops and continues background work."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agencies.journal.actions import SYSTEM as SYSTEM_STREAM
from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor, Role
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.limits import OPEN_RUNS
from agencies.kernel.queueing import enqueue
from agencies.kernel.work import atomic
from agencies.organisations.actions import agency_stream

from .models import Failure, Heartbeat, Run, RunRow

JOB = "runs.work"
KEPT = timedelta(days=90)
BATCH = 1_000


def start_run(kind: str, *, actor: Actor, given: dict[str, Any], answers: dict[str, Any] | None = None) -> Run:
    """Stores the run and wakes a worker after the commit. `given` holds ids and codes, `answers` what a person wrote.

    Raises TransitionRefused if the person has too many open runs.
    """
    with atomic():
        if Run.objects.open().filter(started_by_id=UUID(actor.id)).count() >= OPEN_RUNS:
            detail = _("%(most)d of your background jobs are still running. Wait until one ends, or stop one.")
            raise TransitionRefused.because("open_runs", detail % {"most": OPEN_RUNS})
        run = Run.objects.create(
            kind=kind,
            given=given,
            answers=answers or {},
            started_by_id=actor.id,
            agency_id=actor.own_agency,
            language=get_language() or "en",
        )
        Run.objects.filter(ended_at__lt=times.now() - KEPT).delete()
        _record(run, actor, "start_run", to=run.state)
        transaction.on_commit(lambda: enqueue(JOB))
    return run


def store_rows(run: Run, rows: QuerySet[Any], resource: str = "") -> int:
    """Stores the rows of a new run in order, with their present versions. Returns the total.

    A run over several resources stores each of them. Call it in the transaction that starts the run, so that no row is
    added between what the person saw and what they start.
    """
    named = [
        RunRow(run=run, resource=resource, subject=pk, seen=version)
        for pk, version in rows.values_list("pk", "version")
    ]
    run.total = (run.total or 0) + len(RunRow.objects.bulk_create(named, batch_size=BATCH))
    Run.objects.filter(pk=run.pk).update(total=run.total)
    return run.total


def record_run(
    kind: str, *, actor: Actor, given: dict[str, Any], resource: str, things: Sequence[Any], outcome: str
) -> Run:
    """Records work that was done at once, with each object as it was left. Call it in the transaction of the work."""
    now, many = times.now(), len(things)
    run = Run.objects.create(
        kind=kind,
        given=given,
        state=Run.State.DONE,
        total=many,
        done=many,
        found={outcome: many},
        ended_at=now,
        started_by_id=actor.id,
        agency_id=actor.own_agency,
        language=get_language() or "en",
    )
    rows = (
        RunRow(run=run, resource=resource, subject=one.pk, seen=one.version, outcome=outcome, said="") for one in things
    )
    RunRow.objects.bulk_create(rows)
    _record(run, actor, "start_run", to=run.state)
    return run


def cancel_run(run: Run, *, actor: Actor) -> None:
    """Stops the run between two steps. What it did is kept."""
    _change_state(run, actor, "cancel_run", Run.State.OPEN, to=Run.State.CANCELLED, ended_at=times.now())


def continue_run(run: Run, *, actor: Actor) -> None:
    """Continues the run from where it stopped."""
    _change_state(
        run,
        actor,
        "continue_run",
        Run.State.FAILED,
        Run.State.CANCELLED,
        to=Run.State.OPEN,
        ended_at=None,
        error="",
        attempts=0,
        leased_until=None,
    )


def record_result_download(run: Run, *, actor: Actor) -> None:
    """Records that the results of the rows left the system as a file."""
    with atomic():
        _record(run, actor, "take_result", sources=run.state, to=run.state)


def _change_state(run: Run, actor: Actor, verb: str, *sources: str, to: str, **columns: Any) -> None:
    if actor.id != str(run.started_by_id):
        raise Forbidden(_("Only the person who started it may stop or continue it."))
    with atomic():
        updated = Run.objects.filter(pk=run.pk, state__in=sources).update(state=to, version=F("version") + 1, **columns)
        if not updated:
            run.refresh_from_db()
            state = _("The state is “%(state)s”.") % {"state": run.get_state_display()}
            raise TransitionRefused.because("state", state)
        _record(run, actor, verb, sources=run.state, to=to)
        transaction.on_commit(lambda: enqueue(JOB))


def _record(run: Run, actor: Actor, verb: str, *, to: str, sources: str = "") -> None:
    record_event(
        agency_stream(run.agency),
        actor=actor,
        action=Action(verb, "run", run.pk, from_state=sources, to_state=to, fields=[run.kind]),
        audience=Audience(Event.Visibility.OWN),
    )


# Dead letters --------------------------------------------------------------------------------------------------------
def retry_run(run: Run, *, actor: Actor) -> None:
    """Lets the system administrator continue a run stopped by an error. It stays the starter's run."""
    blank = {"to": Run.State.OPEN, "ended_at": None, "error": "", "attempts": 0, "leased_until": None}
    with atomic():
        _settle_run(run, actor, "retry", "", blank)
        transaction.on_commit(lambda: enqueue(JOB))


def discard_run(run: Run, *, actor: Actor, reason: str) -> None:
    """Leaves the run stopped. Its starter still sees what it did and can continue it."""
    with atomic():
        _settle_run(run, actor, "discard", reason, {"to": Run.State.CANCELLED})


def _settle_run(run: Run, actor: Actor, verb: str, reason: str, columns: dict[str, Any]) -> None:
    state = columns.pop("to")
    failed = Run.objects.filter(pk=run.pk, state=Run.State.FAILED)
    require_changed(failed.update(state=state, version=F("version") + 1, **columns))
    record_dead_letter(verb, "run", run.pk, actor=actor, reason=reason)


def retry_failure(failure: Failure, *, actor: Actor) -> None:
    """Lets the next sweep process the row again, as if it had never failed."""
    with atomic():
        require_changed(Failure.objects.dead().filter(pk=failure.pk).delete()[0])
        record_dead_letter("retry", failure.queue, failure.pk, actor=actor)


def discard_failure(failure: Failure, *, actor: Actor, reason: str) -> None:
    """Excludes the row from all sweeps. For a job only its failure record is deleted, because it runs by schedule."""
    with atomic():
        dead = Failure.objects.dead().filter(pk=failure.pk)
        is_job = failure.queue == Failure.JOBS
        require_changed(dead.delete()[0] if is_job else dead.update(state=Failure.State.DISCARDED))
        record_dead_letter("discard", failure.queue, failure.pk, actor=actor, reason=reason)


def require_changed(changed: int) -> None:
    """Raises TransitionRefused if another administrator was first."""
    if not changed:
        raise TransitionRefused.because("state", _("Another person has already settled it."))


def record_dead_letter(verb: str, queue: str, pk: UUID, *, actor: Actor, reason: str = "") -> None:
    """Records what an operator did with a dead letter. Raises Forbidden and Invalid."""
    if not actor.has_role(Role.SYSADMIN):
        raise Forbidden(_("Only the system administrator settles jobs that were given up."))
    if verb == "discard" and not reason.strip():
        raise Invalid.field("reason", "required", _("This field is required."))
    record_event(
        SYSTEM_STREAM,
        actor=actor,
        action=Action(verb, "dead_letter", pk, fields=[queue], reason=reason.strip()),
        audience=Audience(Event.Visibility.OWN),
    )


# Heartbeats ----------------------------------------------------------------------------------------------------------
BEAT_EVERY = timedelta(seconds=5)


def beat(part: str) -> None:
    """Records that this part did real work, at most every few seconds, so that a busy worker writes little."""
    now = times.now()
    if not Heartbeat.objects.filter(pk=part, at__lt=now - BEAT_EVERY).update(at=now):
        Heartbeat.objects.get_or_create(pk=part, defaults={"at": now})
