import os
import signal
import subprocess
import sys
import time
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from coordination import gunicorn

GRACE = 40  # seconds for open requests and a running job to end; a job is cut off after 30
POLL = 0.2
BURSTS = "routing,indexing"  # the queues of what follows a burst of reports

Parts = dict[str, subprocess.Popen[bytes]]


class Command(BaseCommand):
    """Nothing is restarted here: a part that dies takes the others with it, so that whoever watches sees it.

    The scheduler is a process of its own also where the worker could carry it (`-B`), because a second worker started
    by hand would then schedule everything twice.
    """

    help = "Runs the web server, the worker and the scheduler until Ctrl-C or until one of them ends."

    def handle(self, **options: Any) -> None:
        asked_to_stop = catch_stop_signals()
        self.stdout.write(f"Serving at http://{gunicorn.bind} with worker and scheduler; Ctrl-C stops all of it.")
        self.stdout.flush()
        parts: Parts = {}
        try:
            for name, command in commands().items():
                parts[name] = start(command)
            ended = wait_for_end(parts, asked_to_stop)
        finally:
            killed = stop(parts)
        if ended:
            raise CommandError(f"the {ended} ended by itself with code {parts[ended].returncode}; stopped the others")
        if killed:
            raise CommandError(f"did not stop within {GRACE} seconds and was killed: {', '.join(killed)}")


def commands() -> dict[str, list[str]]:
    celery = ["celery", "--quiet", "--app", "coordination"]
    worker = [*celery, "worker", "--without-gossip", "--without-mingle", "--concurrency"]
    workers = {"worker": [*worker, "2", "--queues", "celery"], "burst worker": [*worker, "1", "--queues", BURSTS]}
    if not settings.REDIS_URL:
        # SQLite takes one writer at a time, so a second job at once would only wait for the first.
        workers = {"worker": [*worker, "1"]}
    schedule = str(settings.DATA_DIR / "beat-schedule")
    return {
        "web server": ["gunicorn", "--config", "python:coordination.gunicorn", "coordination.wsgi"],
        **workers,
        "scheduler": [*celery, "beat", "--schedule", schedule, "--pidfile="],
    }


def catch_stop_signals() -> list[int]:
    """A list that receives the signals asking this command to stop; caught before any part could be left behind."""
    received: list[int] = []

    def receive(number: int, frame: FrameType | None) -> None:
        received.append(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, receive)
    return received


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """In a process group of its own: the terminal's Ctrl-C goes to this command alone, which then asks each once."""
    return subprocess.Popen([sys.executable, "-m", *command], cwd=settings.BASE_DIR, process_group=0)


def wait_for_end(parts: Parts, asked_to_stop: list[int]) -> str | None:
    """The part that ended by itself, or None when a signal asked to stop."""
    while not asked_to_stop:
        for name, process in parts.items():
            if process.poll() is not None:
                return name
        time.sleep(POLL)
    return None


def stop(parts: Parts) -> list[str]:
    """Asks all at once, waits for all; names those that had to be killed."""
    for process in parts.values():
        process.terminate()
    deadline = time.monotonic() + GRACE
    return [name for name, process in parts.items() if not ends_by(deadline, process)]


def ends_by(deadline: float, process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(timeout=max(0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return False
    return True
