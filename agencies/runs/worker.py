"""Works on open runs: claim a run, perform steps, release it.

Each step commits with its position, under the version of the run. A killed worker loses only its current step. A second
worker, or one whose lease has expired, finds another version and writes nothing.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import translation

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.work import atomic
from agencies.people.sight import actor_for

from .job_types import JobType, StepResult
from .models import Run

log = logging.getLogger(__name__)
SLICE = 3.0  # seconds; then other jobs get their turn, because there may be only one worker
LEASE = timedelta(seconds=60)  # longer than any job may run
PAUSE = timedelta(seconds=10)  # between two tries after an error
MOST_ATTEMPTS = 3


class LeaseLost(Exception):
    """Another worker holds the run, or a person stopped it."""


def work(works: Mapping[str, JobType], *, seconds: float = SLICE) -> bool:
    """Works on open runs until the time is up. Returns whether work is left."""
    end = monotonic() + seconds
    while monotonic() < end:
        run = _claim()
        if run is None:
            return False
        _continue(run, works.get(run.kind), end)
    return Run.objects.free(times.now()).exists()


def work_at_once(run: Run, works: Mapping[str, JobType], *, seconds: float = SLICE) -> None:
    """Works on this run for one slice, for a person who waits. The worker does the rest."""
    claimed = _claim(only=run.pk)
    if claimed is not None:
        _continue(claimed, works.get(claimed.kind), monotonic() + seconds)


def _claim(*, only: UUID | None = None) -> Run | None:
    """Claims a free run. The try is counted first, so that work that kills its worker is not tried forever."""
    now = times.now()
    free = Run.objects.free(now) if only is None else Run.objects.free(now).filter(pk=only)
    for pk in free.values_list("pk", flat=True)[:5]:
        claimed = Run.objects.free(now).order_by().filter(pk=pk)
        if claimed.update(leased_until=now + LEASE, attempts=F("attempts") + 1, version=F("version") + 1):
            return Run.objects.select_related("started_by__agency").get(pk=pk)
    return None


def _continue(run: Run, kind: JobType | None, end: float) -> None:
    if kind is None:  # the kind belongs to another release
        _end(run, Run.State.FAILED, error=Run.UNKNOWN)
        return
    if not run.started_by.is_active:
        _end(run, Run.State.FAILED, error=Run.DISABLED)
        return
    if run.attempts > MOST_ATTEMPTS:
        _end(run, Run.State.FAILED, error=run.error or Run.KILLED)
        return
    try:
        actor = actor_for(run.started_by)
        with translation.override(run.language):
            while run.is_open and monotonic() < end:
                _do_step(run, kind, actor)
    except LeaseLost:
        return
    except Exception as error:  # work may raise anything; the run shows the failure, the log has the details
        log.exception("a step of the run %s (%s) failed", run.pk, run.kind)
        if run.attempts < MOST_ATTEMPTS:
            _write(run, error=type(error).__name__, leased_until=times.now() + PAUSE)
        else:
            _end(run, Run.State.FAILED, error=type(error).__name__)
        return
    if run.is_open:
        _write(run, leased_until=None, attempts=0)


def _do_step(run: Run, kind: JobType, actor: Actor) -> None:
    with atomic():
        now = times.now()
        # Write the run's row first: it stays locked, and a worker that lost its lease stops before it acts.
        if not _write(run, beat_at=now, leased_until=now + LEASE):
            raise LeaseLost
        step = kind.step(run, actor)
        written = _columns(run, step)
        if step.ended:
            written |= {"state": Run.State.DONE, "ended_at": times.now(), "leased_until": None, "answers": {}}
        Run.objects.filter(pk=run.pk).update(**written)
    # Only after the commit, because the step may be rolled back.
    for name, value in {**written, "version": run.version + 1}.items():
        setattr(run, name, value)


def _columns(run: Run, step: StepResult) -> dict[str, Any]:
    done = run.done + step.done
    total = run.total if step.total is None else step.total
    return {
        "done": done,
        "refused": run.refused + step.refused,
        "total": total if total is None else max(total, done),
        "cursor": run.cursor if step.cursor is None else step.cursor,
        "found": run.found if step.found is None else dict(step.found),
        "error": "",
        "attempts": 1,  # this worker's own try, which continues
    }


def _write(run: Run, **columns: Any) -> bool:
    """Writes columns if the run is unchanged since this worker read it. Returns whether it was."""
    mine = Run.objects.filter(pk=run.pk, version=run.version, state=Run.State.OPEN)
    return bool(mine.update(version=run.version + 1, **columns))


def _end(run: Run, state: str, *, error: str) -> None:
    _write(run, state=state, error=error, ended_at=times.now(), leased_until=None)
