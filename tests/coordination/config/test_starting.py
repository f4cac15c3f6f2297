"""Starting while the database is unreachable: processes wait until the check has passed."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client

from coordination.config import production, starting
from tests.coordination.wire import Web, Wire, wait_until

pytestmark = pytest.mark.both_databases  # waits for the database

SAFE = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "a key of the suite for a production that does not exist 0123456789",
    "ALLOWED_HOSTS": "127.0.0.1",
}


class Database:
    """Results of the check, in order."""

    def __init__(self, *answers: str | None) -> None:
        self.answers = list(answers)

    def refusal(self) -> str:
        answer = self.answers.pop(0)
        if answer is None:
            raise OperationalError("connection refused")
        return answer


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(starting, "FIRST_PAUSE", 0)
    monkeypatch.setattr(starting.connection, "close", lambda: None)
    yield
    starting._may_serve.set()


def answer(monkeypatch: pytest.MonkeyPatch, *given: str | None) -> Database:
    database = Database(*given)
    monkeypatch.setattr(production, "refusal", database.refusal)
    return database


@pytest.mark.usefixtures("answers")
def test_the_worker_waits_for_the_database_and_then_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    database = answer(monkeypatch, None, None, "")

    starting.wait_or_exit()

    assert database.answers == []


@pytest.mark.usefixtures("answers")
def test_a_refusal_that_comes_with_the_database_ends_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, None, "Refusing to start: demo accounts")

    with pytest.raises(SystemExit, match="demo accounts"):
        starting.wait_or_exit()


@pytest.mark.usefixtures("answers")
def test_the_web_server_answers_503_until_it_may_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting.threading.Thread, "start", lambda thread: None)
    answer(monkeypatch, None)
    starting.begin_to_serve(pytest.fail, then=lambda: None)

    english = Client().get("/cases/", headers={"accept-language": "en"})
    chinese = Client().get("/cases/", headers={"accept-language": "zh-CN"})
    machine = Client().get("/api/v1/leads/", headers={"accept-language": "en"})

    assert [one.status_code for one in (english, chinese, machine)] == [503, 503, 503]
    assert [one["Retry-After"] for one in (english, chinese, machine)] == ["5", "5", "5"]
    assert "The database cannot be reached." in english.content.decode()
    assert "暂时无法连接数据库" in chinese.content.decode()
    assert machine["Content-Type"] == "application/problem+json"
    data = machine.json()
    assert data["title"] == "The system is not available"
    assert data["detail"].startswith("The database cannot be reached.")


@pytest.fixture
def wire(transactional_db: None) -> Iterator[Wire]:
    """Connection to the committed data of the suite: the demo's people only."""
    wire = Wire()
    yield wire
    wire.cut()


@pytest.mark.postgres
def test_a_web_server_outlives_a_start_without_its_database(wire: Wire, tmp_path: Path) -> None:
    """The reported case: the database is down while the workers start."""
    web = Web(tmp_path, DATABASE_URL=wire.url, ENVIRONMENT="training")
    try:
        wait_until(lambda: web.status("/livez") == 200, web.output)
        assert web.status("/login/") == 503
        assert web.status("/readyz") == 503

        wire.mend()

        wait_until(lambda: web.status("/login/") == 200, web.output)
        assert web.process.poll() is None
    finally:
        web.stop()


@pytest.mark.postgres
def test_a_web_server_ends_with_the_reason_once_the_database_refuses_it(wire: Wire, tmp_path: Path) -> None:
    web = Web(tmp_path, DATABASE_URL=wire.url, **SAFE)
    try:
        wait_until(lambda: web.status("/livez") == 200, web.output)

        wire.mend()

        wait_until(lambda: web.process.poll() is not None, web.output)
        assert web.process.returncode != 0
        assert "demo accounts are active" in web.output()
    finally:
        web.stop()


@pytest.mark.slow
def test_a_command_reports_an_unreachable_database(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "clearsessions"],
        cwd=settings.BASE_DIR,
        env={"DATA_DIR": str(tmp_path), "DATABASE_URL": "postgres://nobody@127.0.0.1:9/none", **SAFE},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("The database cannot be reached")
