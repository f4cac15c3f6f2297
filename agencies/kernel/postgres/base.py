"""A PostgreSQL connection whose client stops waiting after `ANSWER_WITHIN` seconds (DATABASES; default: no limit).

The server ends slow statements itself. A frozen or unreachable server does not, so the client closes the connection and
reports it as lost.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations
from psycopg.errors import _WaitTimeout

INTERVAL = 0.1  # seconds between two checks for a signal, as in psycopg


class BoundedConnection(psycopg.Connection[Any]):
    answer_within: float | None = None

    def wait(self, gen: Any, interval: float = INTERVAL, timeout: float | None = None) -> Any:
        try:
            return super().wait(gen, interval, timeout or self.answer_within)
        except _WaitTimeout as timed_out:
            if timeout is not None:  # psycopg's own timeout, which it handles itself
                raise
            self.pgconn.finish()
            raise psycopg.OperationalError("the database did not answer in time") from timed_out


class Operations(DatabaseOperations):
    compiler_module = "agencies.kernel.postgres.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = Operations
    # The driver, with `BoundedConnection` in place of its own class.
    Driver = SimpleNamespace(**{**vars(psycopg), "connect": BoundedConnection.connect})
    Database = Driver  # type: ignore[assignment]  # used like the module

    def get_new_connection(self, conn_params: Any) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.answer_within = self.settings_dict.get("ANSWER_WITHIN")
        return connection

    @contextmanager
    def longer(self, seconds: int) -> Iterator[None]:
        """Allows statements of this many seconds inside the context.

        Do not use it within a transaction, which would undo the setting.
        """
        self.ensure_connection()
        connection: Any = self.connection
        before = connection.answer_within
        if before is None or before >= seconds + 2:  # a process without a limit, or with a longer one
            yield
            return
        self._set_statement_timeout(f"{seconds}s")
        connection.answer_within = seconds + 2
        try:
            yield
        finally:
            if self.connection is connection and not connection.closed:
                connection.answer_within = before
                self._set_statement_timeout(None)

    def _set_statement_timeout(self, value: str | None) -> None:
        """Sets the limit; None restores the connection's default."""
        with self.cursor() as cursor:
            if value is None:
                cursor.execute("RESET statement_timeout")
            else:
                cursor.execute("SELECT set_config('statement_timeout', %s, false)", [value])
