"""A PostgreSQL connection whose client stops waiting after `ANSWER_WITHIN` seconds (DATABASES; default: no limit).

The server ends slow statements itself. A frozen or unreachable server does not, so a thread of this process looks at
the connections and shuts down those that have waited too long; the statement then fails as on any lost connection.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from time import monotonic, sleep
from typing import Any
from weakref import WeakSet

from django.db.backends.postgresql import base
from psycopg import OperationalError
from psycopg.pq import TransactionStatus

INTERVAL = 0.5  # seconds between two looks


class DatabaseWrapper(base.DatabaseWrapper):
    answer_within: float | None = None  # seconds
    statements = 0  # begun so far
    waiting: tuple[int, float] | None = None  # the statement that was last seen waiting, and since when

    def get_new_connection(self, conn_params: Any) -> Any:
        connection = super().get_new_connection(conn_params)
        self.answer_within = self.settings_dict.get("ANSWER_WITHIN")
        _watch(self)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        self.statements += 1
        return super().create_cursor(name)

    def shut_if_silent(self, now: float) -> None:
        """Called by the watching thread."""
        connection = self.connection
        if connection is None or connection.info.transaction_status != TransactionStatus.ACTIVE:
            self.waiting = None
        elif self.waiting is None or self.waiting[0] != self.statements:
            self.waiting = self.statements, now
        elif self.answer_within is not None and now - self.waiting[1] > self.answer_within:
            # Another thread may close the connection meanwhile.
            with suppress(OSError, OperationalError), socket.socket(fileno=os.dup(connection.fileno())) as line:
                line.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def longer(self, seconds: int) -> Iterator[None]:
        """Allows statements of this many seconds inside the context.

        Do not use it within a transaction, which would undo the setting.
        """
        self.ensure_connection()
        before = self.answer_within
        if before is None or before >= seconds + 2:  # a process without a limit, or with a longer one
            yield
            return
        self.answer_within = seconds + 2
        with self.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, false)", [f"{seconds}s"])
        connection = self.connection
        try:
            yield
        finally:
            self.answer_within = before
            if self.connection is connection and not connection.closed:
                with self.cursor() as cursor:
                    cursor.execute("RESET statement_timeout")


_watched: WeakSet[DatabaseWrapper] = WeakSet()
_watcher: Thread | None = None


def _watch(wrapper: DatabaseWrapper) -> None:
    """Each process has its own thread: one made before a fork does not live in the child."""
    global _watcher
    _watched.add(wrapper)
    if _watcher is None or not _watcher.is_alive():
        _watcher = Thread(target=_look, name="silent databases", daemon=True)
        _watcher.start()


def _look() -> None:
    while True:
        sleep(INTERVAL)
        with suppress(RuntimeError):  # another thread added a connection while these were listed
            for wrapper in list(_watched):
                wrapper.shut_if_silent(monotonic())
