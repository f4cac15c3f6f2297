"""`manage.py serve`: the whole product as one command, with its own database and broker."""

import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from coordination.tooling.management.commands import serve
from tests.coordination.wire import PATIENCE, free_port, wait_until
from tests.databases import migrated_file

pytestmark = pytest.mark.both_databases  # starts the product with its services


class ServedProcess:
    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.log = folder / "serve.log"
        unset = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY"}
        self.environment = {name: value for name, value in os.environ.items() if name not in unset} | {
            "DJANGO_SETTINGS_MODULE": "coordination.settings",
            "DATA_DIR": str(folder / "var"),
            "LOG_LEVEL": "DEBUG",  # which logs every job
            "PORT": str(self.port),
        }

    def run(self, *command: str) -> None:
        subprocess.run([sys.executable, "manage.py", *command], cwd=settings.BASE_DIR, env=self.environment, check=True)

    def start(self) -> None:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def logged(self, pattern: str) -> bool:
        return re.search(pattern, self.log.read_text()) is not None

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/livez", timeout=2) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, TimeoutError):
            return False

    def parts(self) -> list[int]:
        return below(self.process.pid)


def below(process: int) -> list[int]:
    """Descendants of this process, in any process group."""
    children = map(int, Path(f"/proc/{process}/task/{process}/children").read_text().split())
    return [found for child in children for found in (child, *below(child))]


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedProcess]:
    served = ServedProcess(tmp_path)
    if not migrated_file(tmp_path / "var" / "coordination.sqlite3"):
        served.run("migrate", "--verbosity", "0")
    served.start()
    try:
        wait_until(lambda: served.answers() and served.logged("ready") and served.logged("beat: Starting"))
        yield served
    finally:
        if served.process.poll() is None:
            served.process.terminate()
            served.process.wait(PATIENCE)


@pytest.mark.slow
def test_it_works_restarts_a_dead_part_and_stops_when_asked(served: ServedProcess) -> None:
    def scheduler() -> int | None:
        found = [part for part in served.parts() if b"beat" in Path(f"/proc/{part}/cmdline").read_bytes()]
        return found[0] if found else None

    wait_until(lambda: served.logged(r"Task [\w.]+\[\S+\] succeeded"))
    assert len(served.parts()) >= 4
    first = scheduler()
    assert first is not None
    os.kill(first, signal.SIGKILL)

    wait_until(lambda: scheduler() not in (None, first))
    assert served.logged("the scheduler ended unexpectedly with code -9; restarting it in 1 s")
    assert served.answers()
    assert served.process.poll() is None

    parts = served.parts()
    assert len(parts) >= 4
    served.process.send_signal(signal.SIGINT)

    assert served.process.wait(PATIENCE) == 0, served.log.read_text()
    assert [part for part in parts if is_alive(part)] == []
    assert not served.answers()


def kept_up(monkeypatch: pytest.MonkeyPatch, code: str) -> tuple[str | None, list[str]]:
    """The result for a worker that runs this code, without pauses between restarts."""
    command = ["-c", code]
    shown: list[str] = []
    monkeypatch.setattr(serve, "FIRST_PAUSE", 0)
    monkeypatch.setattr(serve, "POLL", 0.01)
    monkeypatch.setattr(serve, "commands", lambda: {"worker": command})
    monkeypatch.setattr(serve, "start", lambda given: subprocess.Popen([sys.executable, *given]))
    ended = serve.keep_up({"worker": serve.start(command)}, [], shown.append)
    return ended, shown


def test_a_part_that_does_not_stay_up_ends_all(monkeypatch: pytest.MonkeyPatch) -> None:
    ended, shown = kept_up(monkeypatch, "raise SystemExit(7)")

    assert ended == "worker"
    assert len(shown) == serve.MOST_DEATHS


def test_a_web_server_that_refuses_to_start_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert kept_up(monkeypatch, "raise SystemExit(3)") == ("worker", [])
