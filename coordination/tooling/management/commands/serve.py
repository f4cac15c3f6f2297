import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from coordination.config import gunicorn

GRACE = 40  # seconds for open requests and a running job to end; a job is aborted after 30
POLL = 0.2
BURSTS = "routing,indexing"  # queues for bursts of reports
STEADY = 60  # seconds after which a process counts as up again
FIRST_PAUSE, MOST_DEATHS = 1, 5  # seconds, doubled each time; consecutive failures
HOPELESS = {3, 4}  # gunicorn's codes for an application that refuses to start or cannot be loaded

Parts = dict[str, subprocess.Popen[bytes]]


class Command(BaseCommand):
    """Restarts a process that ends, after growing pauses; if one does not stay up, ends all with its reason.

    The scheduler is a separate process instead of an option of the worker (`-B`), because a second worker started by
    hand would then schedule everything twice.
    """

    help = "Runs the web server, the worker and the scheduler until Ctrl-C, and restarts those that end."

    def handle(self, **options: Any) -> None:
        signals = catch_stop_signals()
        self.stdout.write(f"Serving at http://{gunicorn.bind} with worker and scheduler; Ctrl-C stops all of them.")
        self.stdout.flush()
        parts: Parts = {}
        try:
            for name, command in commands().items():
                parts[name] = start(command)
            ended = keep_up(parts, signals, self.stderr.write)
        finally:
            killed = stop(parts)
        if ended:
            code = parts[ended].returncode
            raise CommandError(f"the {ended} does not stay up: it ended with code {code}; stopped the others")
        if killed:
            raise CommandError(f"did not stop within {GRACE} seconds and was killed: {', '.join(killed)}")


def commands() -> dict[str, list[str]]:
    celery = ["celery", "--quiet", "--app", "coordination"]
    worker = [*celery, "worker", "--without-gossip", "--without-mingle", "--concurrency"]
    workers = {"worker": [*worker, "2", "--queues", "celery"], "burst worker": [*worker, "1", "--queues", BURSTS]}
    if not settings.REDIS_URL:
        # SQLite has one writer, so a second concurrent job would only wait.
        workers = {"worker": [*worker, "1"]}
    schedule = str(settings.DATA_DIR / "beat-schedule")
    return {
        "web server": ["gunicorn", "--config", "python:coordination.config.gunicorn", "coordination.asgi"],
        **workers,
        "scheduler": [*celery, "beat", "--schedule", schedule, "--pidfile="],
    }


def catch_stop_signals() -> list[int]:
    """A list that receives stop signals; installed before any process is started."""
    received: list[int] = []

    def receive(number: int, frame: FrameType | None) -> None:
        received.append(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, receive)
    return received


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """In its own process group: Ctrl-C reaches only this command, which then stops each process once."""
    return subprocess.Popen([sys.executable, "-m", *command], cwd=settings.BASE_DIR, process_group=0)


def keep_up(parts: Parts, signals: list[int], report: Callable[[str], object]) -> str | None:
    """Restarts ended processes. Returns the one that cannot be kept up, or None after a stop signal."""
    deaths: dict[str, int] = dict.fromkeys(parts, 0)
    begun = dict.fromkeys(parts, time.monotonic())
    while not signals:
        for name, process in parts.items():
            if process.poll() is None:
                continue
            deaths[name] = 1 if time.monotonic() - begun[name] > STEADY else deaths[name] + 1
            if deaths[name] > MOST_DEATHS or process.returncode in HOPELESS:
                return name
            pause = FIRST_PAUSE * 2 ** (deaths[name] - 1)
            report(f"the {name} ended unexpectedly with code {process.returncode}; restarting it in {pause} s")
            if rest(pause, signals):
                return None
            parts[name], begun[name] = start(commands()[name]), time.monotonic()
        time.sleep(POLL)
    return None


def rest(seconds: float, signals: list[int]) -> bool:
    """Whether a stop signal arrived meanwhile."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not signals:
        time.sleep(POLL)
    return bool(signals)


def stop(parts: Parts) -> list[str]:
    """Stops all processes and waits. Returns the names of those that had to be killed."""
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
