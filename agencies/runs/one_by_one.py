"""Processes a queue row by row, so that a failing row does not stop the others.

A failed row waits, longer each time, and is given up after five tries. The system administrator then retries or
discards it. A database outage or lack of memory is not caused by a row and ends the sweep. (Uploaded files cannot
exhaust the worker's memory, because a separate process opens them.)
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from celery.exceptions import SoftTimeLimitExceeded

from agencies.kernel import times
from agencies.kernel.outages import AWAY, BUSY, DISK_FULL, outage_of

from .models import Failure

log = logging.getLogger(__name__)
Row = TypeVar("Row")
Answer = TypeVar("Answer")
MOST_ATTEMPTS = 5
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(hours=1)


def process_each(
    queue: str, rows: Iterable[Row], act: Callable[[Row], Answer], *, key: Callable[[Row], Any] = lambda row: row
) -> list[Answer]:
    """Returns the results of `act` for the rows it could process, in order. `act` opens its own transaction."""
    known = set(Failure.objects.filter(queue=queue).values_list("key", flat=True))
    results = []
    for row in rows:
        name = str(key(row))
        try:
            results.append(act(row))
        except Exception as error:  # a single row may raise anything; the failure is recorded and shown
            reraise_outage(error)
            # A row locked by someone else is tried again without counting the try.
            record_failure(queue, name, error, counts=outage_of(error) is not BUSY)
            if isinstance(error, SoftTimeLimitExceeded):
                raise
        else:
            if name in known:
                Failure.objects.filter(queue=queue, key=name).delete()
    return results


def process_together(
    queue: str,
    rows: Sequence[Row],
    act: Callable[[Row], Answer],
    *,
    together: Callable[[list[Row]], list[Answer]] | None,
    key: Callable[[Row], Any] = lambda row: row,
) -> list[Answer]:
    """Processes all rows in one transaction by `together`. If that fails, processes each row on its own.

    For queues that fill in bursts: search index and lead routing.
    """
    if together is not None and len(rows) > 1:
        try:
            return together(list(rows))
        except SoftTimeLimitExceeded:
            raise  # the time limit is reached; the next run processes the rest
        except Exception as error:  # a single row may raise anything
            reraise_outage(error)
            log.warning(
                "%s: %d rows together failed (%s); each is tried by itself", queue, len(rows), error_name(error)
            )
    return process_each(queue, rows, act, key=key)


def reraise_outage(error: Exception) -> None:
    """Raises errors that no row caused: database or disk unavailable, or no memory."""
    if isinstance(error, MemoryError) or outage_of(error) in (AWAY, DISK_FULL):
        raise error


def deferred_keys(queue: str) -> list[str]:
    """Returns the keys a sweep must skip, so that failed rows do not fill its batches."""
    failed = Failure.objects.filter(queue=queue).set_aside(times.now())
    return list(failed.values_list("key", flat=True))


def retryable_keys(queue: str) -> list[str]:
    """Returns the keys due for another try, for sweeps that would not find them themselves."""
    rested = Failure.objects.filter(queue=queue, state=Failure.State.WAITING, not_before__lte=times.now())
    return list(rested.values_list("key", flat=True))


def record_failure(queue: str, key: str, error: BaseException, *, counts: bool = True) -> None:
    """Counts a failed try. After the fifth the row is given up."""
    now = times.now()
    blank = {"since": now, "not_before": now, "last_error": error_name(error)}
    failure, _made = Failure.objects.get_or_create(queue=queue, key=key, defaults=blank)
    failure.attempts += counts
    failure.last_error = error_name(error)
    failure.not_before = now + pause_after(max(1, failure.attempts))
    if failure.attempts >= MOST_ATTEMPTS and failure.state == Failure.State.WAITING:
        failure.state = Failure.State.DEAD
    failure.save()
    log.error("%s: %s failed for the %s. time", queue, key, failure.attempts, exc_info=error)


def clear_failure(queue: str, key: str) -> None:
    Failure.objects.filter(queue=queue, key=key).exclude(state=Failure.State.DISCARDED).delete()


def pause_after(attempts: int) -> timedelta:
    pause: timedelta = min(FIRST_PAUSE * 4 ** min(attempts - 1, 8), LONGEST_PAUSE)
    return pause


def error_name(error: BaseException) -> str:
    """Returns the class and code of an exception. Its message is left out, because it may quote a row."""
    cause = error.__cause__ or error
    code = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None) or getattr(error, "code", "")
    return f"{type(error).__name__} {code}".strip()[:100]
