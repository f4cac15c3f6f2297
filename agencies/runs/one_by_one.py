"""Working a queue row by row, so that a row that cannot be worked stops no other.

What failed rests, longer each time, and is given up after five tries: then it stands on the page of the system
administrator, who has it tried again or discards it. A database that is away, and a worker without memory, are no
row's fault and end the sweep. (Files from outside cannot take a worker's memory: a process of their own opens them.)
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
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
    """What `act` answered for each row that it could work, in their order. `act` has a transaction of its own."""
    known = set(Failure.objects.filter(queue=queue).values_list("key", flat=True))
    answers = []
    for row in rows:
        name = str(key(row))
        try:
            answers.append(act(row))
        except Exception as wrong:
            reraise_outage(wrong)
            # What somebody else holds at the moment is tried again, and no try is counted.
            record_failure(queue, name, wrong, counts=outage_of(wrong) is not BUSY)
            if isinstance(wrong, SoftTimeLimitExceeded):
                raise
        else:
            if name in known:
                Failure.objects.filter(queue=queue, key=name).delete()
    return answers


def process_together(
    queue: str,
    rows: Sequence[Row],
    act: Callable[[Row], Answer],
    *,
    together: Callable[[list[Row]], list[Answer]] | None,
    key: Callable[[Row], Any] = lambda row: row,
) -> list[Answer]:
    """What `together` answered for all rows in one transaction; where that fails, each row by itself.

    For queues that fill in bursts: search index and routing of leads.
    """
    if together is not None and len(rows) > 1:
        try:
            return together(list(rows))
        except SoftTimeLimitExceeded:
            raise  # the job is over; what it has not done is found by the next run
        except Exception as wrong:  # whatever one row raises
            reraise_outage(wrong)
            log.warning(
                "%s: %d rows together failed (%s); each is tried by itself", queue, len(rows), error_name(wrong)
            )
    return process_each(queue, rows, act, key=key)


def reraise_outage(wrong: Exception) -> None:
    """Raises what is no row's fault: the database or the disk is away, or the worker has no memory left."""
    if isinstance(wrong, MemoryError) or outage_of(wrong) in (AWAY, DISK_FULL):
        raise wrong


def deferred_keys(queue: str, now: datetime | None = None) -> list[str]:
    """The keys that a sweep leaves out of its question, so that given up rows do not fill its batches."""
    failed = Failure.objects.filter(queue=queue).set_aside(now or times.now())
    return list(failed.values_list("key", flat=True))


def retryable_keys(queue: str) -> list[str]:
    """The keys that failed and have rested: for sweeps that would not find them again by themselves."""
    rested = Failure.objects.filter(queue=queue, state=Failure.State.WAITING, not_before__lte=times.now())
    return list(rested.values_list("key", flat=True))


def record_failure(queue: str, key: str, wrong: BaseException, *, counts: bool = True) -> None:
    """Counts a try that failed; with the fifth the row is given up."""
    now = times.now()
    blank = {"since": now, "not_before": now, "last_error": error_name(wrong)}
    failure, _made = Failure.objects.get_or_create(queue=queue, key=key, defaults=blank)
    failure.attempts += counts
    failure.last_error = error_name(wrong)
    failure.not_before = now + pause_after(max(1, failure.attempts))
    if failure.attempts >= MOST_ATTEMPTS and failure.state == Failure.State.WAITING:
        failure.state = Failure.State.DEAD
    failure.save()
    log.error("%s: %s failed for the %s. time", queue, key, failure.attempts, exc_info=wrong)


def clear_failure(queue: str, key: str) -> None:
    Failure.objects.filter(queue=queue, key=key).exclude(state=Failure.State.DISCARDED).delete()


def pause_after(attempts: int) -> timedelta:
    pause: timedelta = min(FIRST_PAUSE * 4 ** min(attempts - 1, 8), LONGEST_PAUSE)
    return pause


def error_name(wrong: BaseException) -> str:
    """The class of an exception and its code, if it has one. Its words may quote a row."""
    cause = wrong.__cause__ or wrong
    code = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None) or getattr(wrong, "code", "")
    return f"{type(wrong).__name__} {code}".strip()[:100]
