"""Locks for commands that change the whole installation. A second command waits for the first."""

import fcntl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, connections


@contextmanager
def exclusive_lock(name: str, folder: Path) -> Iterator[None]:
    """Holds a file lock in `folder` and, on PostgreSQL, an advisory lock, because two hosts may share one database."""
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        # A separate connection, so that nothing else commits, closes or limits it.
        holder = connections.create_connection("default")
        try:
            with holder.cursor() as cursor:
                cursor.execute("SET lock_timeout = 0")
                cursor.execute("SELECT pg_advisory_lock(%s)", [zlib.crc32(name.encode())])
            yield
        finally:
            holder.close()
