"""Database timeouts by kind of process."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from agencies.kernel import outages
from agencies.kernel.outages import outage_of
from agencies.kernel.postgres.base import DatabaseWrapper
from coordination.config import database
from coordination.config.database import COMMAND, WEB, WORKER, DatabaseLimits
from tests.coordination.routes import every_route
from tests.coordination.wire import Web, Wire, wait_until

pytestmark = pytest.mark.both_databases  # time limits of the server

OWN = {"ENGINE": "django.db.backends.postgresql", "OPTIONS": {"sslmode": "require", "connect_timeout": 9}}


def test_a_request_waits_less_than_a_job_and_a_command_as_long_as_it_takes() -> None:
    assert WEB.statement == 5
    assert WEB.statement < WORKER.statement
    assert COMMAND.statement == 0
    assert (WEB.answer_within, COMMAND.answer_within) == (7, None)
    assert WEB.lock == 2


def test_options_in_database_url_are_kept() -> None:
    options = database.configured(OWN, WEB)["OPTIONS"]

    assert (options["sslmode"], options["connect_timeout"]) == ("require", 9)
    assert "statement_timeout=5s" in options["options"]
    assert "lock_timeout=2s" in options["options"]


def test_a_process_can_change_its_kind() -> None:
    web = database.configured(database.configured(OWN, COMMAND), WEB)

    assert web == database.configured(OWN, WEB)


@pytest.fixture
def opened(db: None) -> Iterator[Callable[[DatabaseLimits], DatabaseWrapper]]:
    """Separate connections to the suite's database."""
    wrappers = []

    def open_with(limits: DatabaseLimits) -> DatabaseWrapper:
        wrapper = DatabaseWrapper(database.configured(dict(connection.settings_dict), limits), "own")
        wrappers.append(wrapper)
        return wrapper

    yield open_with
    for wrapper in wrappers:
        wrapper.close()


def failure_of(wrapper: Any, sql: str) -> OperationalError:
    with pytest.raises(OperationalError) as failed, wrapper.cursor() as cursor:
        cursor.execute(sql)
    return failed.value


@pytest.mark.postgres
def test_a_statement_that_takes_too_long_ends(opened: Callable[[DatabaseLimits], DatabaseWrapper]) -> None:
    hasty = opened(DatabaseLimits(statement=1, lock=1, write=1))

    assert outage_of(failure_of(hasty, "SELECT pg_sleep(30)")) is outages.TOO_SLOW
    assert hasty.is_usable()


@pytest.mark.postgres
def test_a_row_that_is_locked_elsewhere_ends_the_wait(opened: Callable[[DatabaseLimits], DatabaseWrapper]) -> None:
    holder, waiter = opened(COMMAND), opened(DatabaseLimits(statement=30, lock=1, write=1))
    with holder.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(50, 51)")

    assert outage_of(failure_of(waiter, "SELECT pg_advisory_lock(50, 51)")) is outages.BUSY


@pytest.mark.postgres
def test_a_silent_server_is_given_up_and_the_connection_with_it(
    opened: Callable[[DatabaseLimits], DatabaseWrapper],
) -> None:
    """Removes the server's own limit, as if the server were frozen and never ended the statement."""
    patient = opened(COMMAND)
    patient.ensure_connection()
    patient.answer_within = 0.5

    assert outage_of(failure_of(patient, "SELECT pg_sleep(30)")) is outages.AWAY
    assert not patient.is_usable()


@pytest.mark.postgres
def test_a_frozen_database_answers_503_until_it_returns(transactional_db: None, tmp_path: Path) -> None:
    """The reported case: frozen while the server runs, with open connections."""
    wire = Wire()
    wire.mend()
    web = Web(tmp_path, DATABASE_URL=wire.url)
    asked = {"Authorization": "Bearer " + "0" * 40}
    try:
        wait_until(lambda: web.status("/api/v1/leads/", **asked) == 401, web.output)

        wire.freeze()
        request = f"GET /api/v1/leads/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {asked['Authorization']}\r\n\r\n"
        with ExitStack() as waiting:
            for _ in range(50):  # more than there are threads
                link = waiting.enter_context(socket.create_connection(("127.0.0.1", web.port), 60))
                link.sendall(request.encode())
            assert web.status("/livez", timeout=5, Cookie="session=somebody") == 200
            assert link.recv(12) == b"HTTP/1.1 503"

        wire.mend()
        wait_until(lambda: web.status("/api/v1/leads/", **asked) == 401, web.output)
        assert web.process.poll() is None
    finally:
        web.stop()
        wire.cut()


@pytest.mark.postgres
def test_a_page_may_declare_that_its_statements_take_longer(
    opened: Callable[[DatabaseLimits], DatabaseWrapper],
) -> None:
    """The general limit applies again afterwards, whether the statement succeeded or not."""
    wrapper = opened(DatabaseLimits(statement=1, lock=1, write=1))
    with wrapper.longer(3), wrapper.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(1.2)")
    assert outage_of(failure_of(wrapper, "SELECT pg_sleep(1.2)")) is not None
    with wrapper.longer(2):
        failure_of(wrapper, "SELECT pg_sleep(2.2)")
    assert outage_of(failure_of(wrapper, "SELECT pg_sleep(1.2)")) is not None


@pytest.mark.postgres
def test_a_process_with_a_longer_limit_or_none_keeps_it(opened: Callable[[DatabaseLimits], DatabaseWrapper]) -> None:
    for limits, kept in ((COMMAND, "0"), (WORKER, "1min")):
        wrapper = opened(limits)
        with wrapper.longer(3), wrapper.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == (kept,)


def test_few_pages_declare_that_they_need_longer() -> None:
    declared = {route.name: getattr(route.view, "statement", 0) for route in every_route()}
    assert {name for name, seconds in declared.items() if seconds} == {
        "search",
        "indicators",
        "counted_rows",
        "risk_rule_dry_run",
    }
    assert max(declared.values()) < WORKER.statement
