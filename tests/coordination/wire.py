"""A connection to the suite's PostgreSQL that a test can cut, freeze and restore, and a separate web server."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

PATIENCE = 60  # seconds; the machine may be running the rest of the suite as well


def wait_until(is_so: Callable[[], bool], given: Callable[[], str] = str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, given()
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Wire:
    """`port` is closed until `mend`; `freeze` keeps connections open and transmits nothing."""

    def __init__(self) -> None:
        self.port = free_port()
        self.flows = threading.Event()
        self.flows.set()
        self.listener: socket.socket | None = None
        self.ends: list[socket.socket] = []

    @property
    def url(self) -> str:
        known = connection.settings_dict
        return f"postgres://{known['USER'] or os.environ.get('USER', 'root')}@127.0.0.1:{self.port}/{known['NAME']}"

    def mend(self) -> None:
        self.flows.set()
        if self.listener is None:
            self.listener = socket.create_server(("127.0.0.1", self.port))
            threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def freeze(self) -> None:
        self.flows.clear()

    def cut(self) -> None:
        if self.listener is not None:
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            self.listener = None
        self.flows.set()
        for end in self.ends:
            _shut(end)
            end.close()
        self.ends.clear()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _address = listener.accept()
                far = _to_database()
                self.ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                self.flows.wait()
                other.sendall(data)
        _shut(one)
        _shut(other)


def _shut(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


def _to_database() -> socket.socket:
    known = connection.settings_dict
    host, port = known["HOST"] or "/var/run/postgresql", known["PORT"] or 5432
    if not host.startswith("/"):
        return socket.create_connection((host, int(port)))
    far = socket.socket(socket.AF_UNIX)
    far.connect(f"{host}/.s.PGSQL.{port}")
    return far


class Web:
    """Gunicorn with this product, as in production unless `environment` differs."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.port = free_port()
        self.log = folder / "web.log"
        unset = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DATA_DIR"}
        kept = {name: value for name, value in os.environ.items() if name not in unset}
        own = {
            "DJANGO_SETTINGS_MODULE": "coordination.settings",
            "DATA_DIR": str(folder / "var"),
            "PORT": str(self.port),
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "gunicorn",
                    "--config",
                    "python:coordination.config.gunicorn",
                    "coordination.asgi",
                ],
                cwd=settings.BASE_DIR,
                env=kept | own | environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def get(self, path: str, timeout: float = 20, **headers: str) -> tuple[int, http.client.HTTPMessage, str]:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            link.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            response = link.getresponse()
            return response.status, response.headers, response.read().decode()
        finally:
            link.close()

    def status(self, path: str, **headers: Any) -> int:
        """0 while nothing answers."""
        try:
            return self.get(path, **headers)[0]
        except (OSError, http.client.HTTPException):
            return 0

    def output(self) -> str:
        return self.log.read_text()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE)
