"""Going on with what was started: claim a run, do steps, let it go.

Each step commits with the place it reached, under the version of the run. So a killed worker loses the step it was in
and nothing else, and whoever comes twice, or comes back after his lease, finds another version and has done nothing.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import translation

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.people.sight import actor_for

from .job_types import Step, Work
from .models import Run

log = logging.getLogger(__name__)
SLICE = 3.0  # seconds; then other jobs have their turn, for there may be one worker only
LEASE = timedelta(seconds=60)  # longer than any job may run
PAUSE = timedelta(seconds=10)  # between two tries after an error
MOST_ATTEMPTS = 3


class LeaseLost(Exception):
    """Another worker has the run, or a person stopped it."""


def work(works: Mapping[str, Work], *, seconds: float = SLICE) -> bool:
    """Goes on with what is open until the time is up. Returns whether something is left to do at once."""
    end = monotonic() + seconds
    while monotonic() < end:
        run = _claim()
        if run is None:
            return False
        _go_on(run, works.get(run.kind), end)
    return Run.objects.free(times.now()).exists()


def work_at_once(run: Run, works: Mapping[str, Work], *, seconds: float = SLICE) -> None:
    """A slice of this one run, for whoever waits for a small one; what is left of it is the worker's."""
    claimed = _claim(only=run.pk)
    if claimed is not None:
        _go_on(claimed, works.get(claimed.kind), monotonic() + seconds)


def _claim(*, only: UUID | None = None) -> Run | None:
    """A try is counted before it begins: work that kills its worker is not tried for ever."""
    now = times.now()
    free = Run.objects.free(now) if only is None else Run.objects.free(now).filter(pk=only)
    for pk in free.values_list("pk", flat=True)[:5]:
        claimed = Run.objects.free(now).order_by().filter(pk=pk)
        if claimed.update(leased_until=now + LEASE, attempts=F("attempts") + 1, version=F("version") + 1):
            return Run.objects.select_related("started_by__agency").get(pk=pk)
    return None


def _go_on(run: Run, kind: Work | None, end: float) -> None:
    if kind is None:  # of another release
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
    except Exception as wrong:  # whatever a kind of work raises: the run says so, and the log has the rest
        log.exception("a step of the run %s (%s) failed", run.pk, run.kind)
        if run.attempts < MOST_ATTEMPTS:
            _write(run, error=type(wrong).__name__, leased_until=times.now() + PAUSE)
        else:
            _end(run, Run.State.FAILED, error=type(wrong).__name__)
        return
    if run.is_open:
        _write(run, leased_until=None, attempts=0)


def _do_step(run: Run, kind: Work, actor: Actor) -> None:
    with transaction.atomic():
        now = times.now()
        # The run's row first: it is locked from here on, and a worker whose lease is gone stops before it acts.
        if not _write(run, beat_at=now, leased_until=now + LEASE):
            raise LeaseLost
        step = kind.step(run, actor)
        written = _columns(run, step)
        if step.ended:
            written |= {"state": Run.State.DONE, "ended_at": times.now(), "leased_until": None, "answers": {}}
        Run.objects.filter(pk=run.pk).update(**written)
    for name, value in {**written, "version": run.version + 1}.items():  # only now, for the step may be rolled back
        setattr(run, name, value)


def _columns(run: Run, step: Step) -> dict[str, Any]:
    done = run.done + step.done
    total = run.total if step.total is None else step.total
    return {
        "done": done,
        "refused": run.refused + step.refused,
        "total": total if total is None else max(total, done),
        "cursor": run.cursor if step.cursor is None else step.cursor,
        "found": run.found if step.found is None else dict(step.found),
        "error": "",
        "attempts": 1,  # this worker's own, which goes on
    }


def _write(run: Run, **columns: Any) -> bool:
    """Whether the run was still as this worker knew it."""
    mine = Run.objects.filter(pk=run.pk, version=run.version, state=Run.State.OPEN)
    return bool(mine.update(version=run.version + 1, **columns))


def _end(run: Run, state: str, *, error: str) -> None:
    _write(run, state=state, error=error, ended_at=times.now(), leased_until=None)
