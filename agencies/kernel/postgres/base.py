"""The server ends a statement that takes too long. A server that is frozen, or behind a dead line, ends nothing: here
the client stops waiting, closes the connection and reports it as lost. `ANSWER_WITHIN` in DATABASES says after how many
seconds; without it, it waits.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.errors import _WaitTimeout

INTERVAL = 0.1  # seconds between two looks for a signal, as the library's own


class BoundedConnection(psycopg.Connection[Any]):
    answer_within: float | None = None

    def wait(self, gen: Any, interval: float = INTERVAL, timeout: float | None = None) -> Any:
        try:
            return super().wait(gen, interval, timeout or self.answer_within)
        except _WaitTimeout as silent:
            if timeout is not None:  # the library's own, which it handles itself
                raise
            self.pgconn.finish()
            raise psycopg.OperationalError("the database did not answer in time") from silent


class DatabaseWrapper(base.DatabaseWrapper):
    # The driver, with our connection in the place of its own.
    Driver = SimpleNamespace(**{**vars(psycopg), "connect": BoundedConnection.connect})
    Database = Driver  # type: ignore[assignment]  # used like the module

    def get_new_connection(self, conn_params: Any) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.answer_within = self.settings_dict.get("ANSWER_WITHIN")
        return connection

    @contextmanager
    def longer(self, seconds: int) -> Iterator[None]:
        """Within it a statement may take so long, and the client waits accordingly. Not within a transaction: a setting
        that is made there is undone with it."""
        self.ensure_connection()
        held: Any = self.connection
        before = held.answer_within
        if before is None or before >= seconds + 2:  # a process without a limit, or with a longer one
            yield
            return
        self._set_statement_timeout(f"{seconds}s")
        held.answer_within = seconds + 2
        try:
            yield
        finally:
            if self.connection is held and not held.closed:
                held.answer_within = before
                self._set_statement_timeout(None)

    def _set_statement_timeout(self, value: str | None) -> None:
        """None: back to what the options of the connection say."""
        with self.cursor() as cursor:
            if value is None:
                cursor.execute("RESET statement_timeout")
            else:
                cursor.execute("SELECT set_config('statement_timeout', %s, false)", [value])
