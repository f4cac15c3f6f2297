"""A failing row does not stop the others and is given up after five tries."""

from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError
from django.utils import timezone

from agencies.runs import one_by_one
from agencies.runs.models import Failure
from agencies.runs.one_by_one import deferred_keys, error_name, process_each, retryable_keys

# Both databases: jobs take rows one by one under locks.
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
SECRET = "Key (name)=(张三) already exists"


def worked(row: int) -> int:
    if row == 2:
        raise ValueError(SECRET)
    return row * 10


def rest() -> None:
    """Advances the time to the next try."""
    Failure.objects.update(not_before=timezone.now() - timedelta(seconds=1))


def test_the_other_rows_are_processed_and_a_failure_names_the_error_without_quoting_the_row() -> None:
    assert process_each("queue", [1, 2, 3], worked) == [10, 30]
    failure = Failure.objects.get()
    assert (failure.queue, failure.key, failure.attempts, failure.last_error) == ("queue", "2", 1, "ValueError")


def test_a_failed_row_waits_before_the_next_try_whose_success_deletes_the_failure() -> None:
    process_each("queue", [2], worked)
    assert deferred_keys("queue") == ["2"]
    assert retryable_keys("queue") == []

    rest()

    assert deferred_keys("queue") == []
    assert retryable_keys("queue") == ["2"]
    assert process_each("queue", [2], str) == ["2"]
    assert not Failure.objects.exists()


def test_a_row_is_given_up_after_the_fifth_try() -> None:
    for _ in range(5):
        process_each("queue", [2], worked)
        rest()

    assert Failure.objects.get().state == Failure.State.DEAD
    assert deferred_keys("queue") == ["2"]
    assert retryable_keys("queue") == []


def test_neither_a_database_outage_nor_lack_of_memory_is_counted_against_a_row() -> None:
    def away(row: int) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with pytest.raises(OperationalError):
        process_each("queue", [1], away)
    assert not Failure.objects.exists()

    def starved(row: int) -> None:
        raise MemoryError

    with pytest.raises(MemoryError):
        process_each("queue", [1], starved)
    assert not Failure.objects.exists()


def test_a_locked_row_is_tried_again_without_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    def held(row: int) -> None:
        raise OperationalError("canceling statement due to lock timeout")

    monkeypatch.setattr(one_by_one, "outage_of", lambda wrong: one_by_one.BUSY)
    process_each("queue", [1], held)

    assert Failure.objects.get().attempts == 0


def test_a_row_that_takes_all_the_time_is_counted_and_ends_the_sweep() -> None:
    def slow(row: int) -> None:
        raise SoftTimeLimitExceeded

    with pytest.raises(SoftTimeLimitExceeded):
        process_each("queue", [1, 2], slow)
    assert list(Failure.objects.values_list("key", flat=True)) == ["1"]


def test_the_code_of_a_database_error_is_recorded() -> None:
    class Cause(Exception):
        sqlstate = "23505"

    error = OperationalError(SECRET)
    error.__cause__ = Cause(SECRET)

    assert error_name(error) == "OperationalError 23505"
