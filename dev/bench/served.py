"""Server processes: started for one measurement, with their memory watched, always stopped."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from coordination.tooling.management.commands.serve import commands

OURS = ("--config", "python:coordination.config.gunicorn")
# The floor has settings of its own and cannot read our configuration. Processes and threads are as many.
LIKE_OURS = ("--worker-class", "gthread", "--workers", "2", "--threads", "8", "--keep-alive", "5")
PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


@contextmanager
def served(application: str, **environment: str) -> Iterator[tuple[int, int]]:
    """Runs gunicorn as in production on a free port; yields (port, process id of the master)."""
    port = _free_port()
    bind = ["--bind", f"127.0.0.1:{port}"]
    environ = {**os.environ, **environment, "PORT": str(port), "WEB_CONCURRENCY": "2"}
    command = [sys.executable, "-m", "gunicorn", *(LIKE_OURS if environment else OURS), *bind, application]
    process = subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL, process_group=0)  # noqa: S603
    try:
        _wait_for(port, process)
        yield port, process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=40)


@contextmanager
def working() -> Iterator[None]:
    """Runs worker and scheduler as `manage.py serve` starts them."""
    parts = {name: command for name, command in commands().items() if name != "web server"}
    started = [
        subprocess.Popen([sys.executable, "-m", *command], stderr=subprocess.DEVNULL, process_group=0)  # noqa: S603
        for command in parts.values()
    ]
    try:
        yield
    finally:
        for process in started:
            os.killpg(process.pid, signal.SIGTERM)
        for process in started:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """A worker finishes its running tasks first, which after a burst takes longer than a measurement may wait."""
    try:
        process.wait(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def peak_memory(master: int) -> int:
    """The highest resident memory of any worker so far, in bytes."""
    peaks = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text().rsplit(")", 1)[1].split()[1]
            if int(parent) == master:
                found = PEAK.search((folder / "status").read_text())
                peaks.append(int(found[1]) * 1024 if found else 0)
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended in the meantime
    return max(peaks, default=0)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with code {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not answer within 30 seconds")
