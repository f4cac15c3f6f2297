"""A real worker with a real Redis: it receives jobs, and survives the loss of Redis and of its processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from django.conf import settings

from tests.coordination.wire import PATIENCE, wait_until
from tests.databases import migrated_file

# Both databases: a worker at each kind of queue.
pytestmark = [pytest.mark.redis, pytest.mark.both_databases]


class Worker:
    def __init__(self, folder: Path, queue: str) -> None:
        self.log = folder / "worker.log"
        self.queue = queue
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "coordination.settings",
            "DATA_DIR": str(folder / "var"),
            "LOG_LEVEL": "DEBUG",  # which logs every job
        }
        environment.pop("DATABASE_URL", None)
        if not migrated_file(folder / "var" / "coordination.sqlite3"):
            subprocess.run(
                [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
                cwd=settings.BASE_DIR,
                env=environment,
                check=True,
            )
        options = ["--queues", queue, "--hostname", f"{queue}@suite", "--concurrency", "1"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "celery", "--app", "coordination", "worker", *options],
                cwd=settings.BASE_DIR,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.wait_to_hear("ready.")

    def wait_to_hear(self, words: str) -> None:
        wait_until(lambda: words in self.log.read_text(), lambda: self.log.read_text())

    def pool(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(child) for child in children.split()]


@pytest.fixture
def webhook() -> Iterator[Celery]:
    """The suite runs jobs in place; this app sends them as the product does."""
    app = Celery("webhook", broker=os.environ["REDIS_URL"], set_as_current=False)
    yield app
    app.close()


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    worker = Worker(tmp_path, queue=f"suite-{os.getpid()}")
    try:
        yield worker
    finally:
        worker.process.terminate()
        worker.process.wait(PATIENCE)


def cut_connections(webhook: Celery) -> None:
    """Only those of the suite's own Redis database, because others may use the server too."""
    with webhook.connection() as connection:
        redis = connection.default_channel.client
        own = redis.client_info()
        for client in redis.client_list():
            if int(client["db"]) == own["db"] and int(client["id"]) != own["id"]:
                redis.client_kill_filter(_id=client["id"])


def test_it_receives_a_job(worker: Worker, webhook: Celery) -> None:
    job = webhook.send_task("clocks.sweep", queue=worker.queue)

    worker.wait_to_hear(f"clocks.sweep[{job.id}] succeeded")


def test_it_outlives_its_connection_and_its_processes(worker: Worker, webhook: Celery) -> None:
    os.kill(worker.pool()[0], signal.SIGKILL)
    cut_connections(webhook)

    job = webhook.send_task("clocks.sweep", queue=worker.queue)

    worker.wait_to_hear(f"clocks.sweep[{job.id}] succeeded")


def test_it_stops_when_asked(worker: Worker) -> None:
    worker.process.send_signal(signal.SIGTERM)

    assert worker.process.wait(PATIENCE) == 0
