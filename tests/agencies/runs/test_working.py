"""Background work continues after a killed worker, a lost signal and an error, and is safe to run twice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden, TransitionRefused, UnmetCondition
from agencies.kernel.limits import OPEN_RUNS
from agencies.runs.actions import cancel_run, continue_run, start_run
from agencies.runs.job_types import JobType, step_by_row
from agencies.runs.models import Run, RunRow
from agencies.runs.worker import LEASE, MOST_ATTEMPTS, work

pytestmark = pytest.mark.both_databases  # jobs take rows one by one under locks

ROWS = [uuid4() for _ in range(5)]


class Killed(BaseException):
    """Simulates the death of a worker: neither handlers nor commits run after it."""


def kind(act: Callable[[Run, UUID, Actor], str]) -> dict[str, JobType]:
    return {"test": JobType("A test", step_by_row(lambda run, actor: ROWS, act), lambda run: [], lambda run: "/")}


class Stage:
    """Work over five rows that records each processed row."""

    def __init__(self) -> None:
        self.treated: list[UUID] = []
        self.before: Callable[[UUID], None] = lambda row: None
        self.works = kind(self.act)

    def act(self, run: Run, row: UUID, actor: Actor) -> str:
        self.before(row)
        self.treated.append(row)
        return "done"

    def fail_at(self, row: UUID, wrong: BaseException) -> None:
        def before(at: UUID) -> None:
            if at == row:
                raise wrong

        self.before = before

    def work(self) -> bool:
        return work(self.works, seconds=60)

    def let_lease_expire(self) -> None:
        """Lets the lease of a dead worker expire."""
        Run.objects.update(leased_until=timezone.now() - timedelta(seconds=1))


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def run(cast: Any) -> Run:
    return start_run("test", actor=cast["customs.lead"], given={})


def status_of(run: Run) -> tuple[str, int, int | None, int]:
    run.refresh_from_db()
    return run.state, run.done, run.total, run.refused


def test_every_row_is_processed_once_and_the_run_ends(stage: Stage, run: Run) -> None:
    assert not stage.work()
    assert status_of(run) == ("DONE", 5, 5, 0)
    assert stage.treated == ROWS
    assert run.found == {"done": 5}
    assert run.ended_at is not None
    assert not stage.work()
    assert stage.treated == ROWS


def test_a_row_that_is_refused_keeps_its_reason_and_the_others_go_on(stage: Stage, run: Run) -> None:
    stage.fail_at(ROWS[1], TransitionRefused([UnmetCondition("state", "It is closed.")]))
    stage.work()
    assert status_of(run) == ("DONE", 5, 5, 1)
    assert list(run.rows.filter(outcome=RunRow.REFUSED).values_list("subject", "said")) == [(ROWS[1], "It is closed.")]
    assert run.found == {"done": 4, "refused": 1}


def test_a_killed_worker_loses_one_step_and_the_next_continues_there(stage: Stage, run: Run) -> None:
    stage.fail_at(ROWS[2], Killed())
    with pytest.raises(Killed):
        stage.work()
    assert status_of(run) == ("OPEN", 2, 5, 0)
    stage.before = lambda row: None
    stage.work()
    assert stage.treated == ROWS[:2], "the lease of the killed worker is respected until it expires"
    stage.let_lease_expire()
    stage.work()
    assert status_of(run) == ("DONE", 5, 5, 0)
    assert stage.treated == ROWS


def test_a_run_that_kills_every_worker_is_given_up(stage: Stage, run: Run) -> None:
    stage.fail_at(ROWS[0], Killed())
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(Killed):
            stage.work()
        stage.let_lease_expire()
    stage.work()
    assert status_of(run)[0] == "FAILED"
    assert run.why_stopped == "The worker was killed at the same place several times."


def test_an_error_is_tried_again_and_then_stops_the_run_until_it_is_continued(
    stage: Stage, run: Run, cast: Any, caplog: pytest.LogCaptureFixture
) -> None:
    stage.fail_at(ROWS[3], ZeroDivisionError("secret words"))
    for _ in range(MOST_ATTEMPTS - 1):
        stage.work()
        assert status_of(run)[:2] == ("OPEN", 3)
        stage.let_lease_expire()
    stage.work()
    assert status_of(run)[:2] == ("FAILED", 3)
    assert "ZeroDivisionError" in run.why_stopped
    assert "secret" not in run.why_stopped
    assert str(run.pk) in caplog.text
    stage.before = lambda row: None
    continue_run(run, actor=cast["customs.lead"])
    stage.work()
    assert status_of(run) == ("DONE", 5, 5, 0)
    assert stage.treated == ROWS


def test_a_worker_that_comes_back_after_its_lease_does_nothing(stage: Stage, run: Run) -> None:
    """While the first worker hangs in its third row, a second takes over and ends the run."""

    def block(row: UUID) -> None:
        if row == ROWS[2]:
            stage.before = lambda row: None
            Run.objects.filter(pk=run.pk).update(version=run.version + 100)

    stage.before = block
    stage.work()
    assert run.rows.filter(outcome="done").count() == 3  # it finished the step it had locked and then stopped
    assert status_of(run)[0] == "OPEN"


def test_stopping_a_run_keeps_its_results(stage: Stage, run: Run, cast: Any) -> None:
    work(stage.works, seconds=0.0)
    cancel_run(run, actor=cast["customs.lead"])
    stage.work()
    assert status_of(run)[:2] == ("CANCELLED", 0)
    with pytest.raises(TransitionRefused, match="Stopped"):
        cancel_run(run, actor=cast["customs.lead"])


def test_only_the_starter_stops_a_run_and_both_steps_are_recorded_in_the_agencys_stream(run: Run, cast: Any) -> None:
    with pytest.raises(Forbidden):
        cancel_run(run, actor=cast["customs.officer"])
    cancel_run(run, actor=cast["customs.lead"])
    events = Event.objects.filter(object_kind="run", object_id=run.pk).order_by("pk")
    assert list(events.values_list("verb", "visibility", "stream__kind")) == [
        ("start_run", "own", "agency"),
        ("cancel_run", "own", "agency"),
    ]


def test_a_run_of_a_disabled_account_stops(stage: Stage, run: Run, cast: Any) -> None:
    person = cast.user("customs.lead")
    person.is_active = False
    person.save()
    stage.work()
    assert status_of(run)[:2] == ("FAILED", 0)
    assert run.why_stopped == "The account of the person who started it is disabled."


def test_a_run_uses_the_starters_present_rights(run: Run, cast: Any) -> None:
    roles: list[frozenset[str]] = []

    def act(run: Run, row: UUID, actor: Actor) -> str:
        roles.append(actor.roles)
        return "done"

    cast.user("customs.lead").memberships.all().delete()
    work(kind(act), seconds=60)
    assert roles == [frozenset()] * 5


@pytest.mark.slow
def test_ten_thousand_rows_are_stored_in_few_statements(cast: Any, run: Run) -> None:
    many = [uuid4() for _ in range(10_000)]
    step = step_by_row(lambda run, actor: iter(many), lambda *_: "done")
    with connection.execute_wrapper(counting := Counting()):
        assert step(run, cast["customs.lead"]).total == 10_000
    assert counting.inserts <= 100


class Counting:
    def __init__(self) -> None:
        self.inserts = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.inserts += sql.startswith("INSERT")
        return execute(sql, params, many, context)


def test_a_lease_is_longer_than_a_job_may_run(settings: Any) -> None:
    assert LEASE.total_seconds() >= settings.CELERY_TASK_TIME_LIMIT


def test_a_person_has_a_limited_number_of_open_runs(cast):
    actor = cast["customs.officer"]
    runs = [start_run("test", actor=actor, given={}) for _n in range(OPEN_RUNS)]
    with pytest.raises(TransitionRefused, match="Wait until one ends, or stop one"):
        start_run("test", actor=actor, given={})
    start_run("test", actor=cast["commerce.officer"], given={})
    cancel_run(runs[0], actor=actor)
    assert start_run("test", actor=actor, given={}).state == Run.State.OPEN
