"""Rows of the read log that wait in a file until a job imports them.

On SQLite for all rows, because each would take the database's write lock in a request; on PostgreSQL only for those the
database could not take. A line is a row as JSON. The operating system has the line when the request ends, so a crash of
the process loses none; a crash of the host may lose the last second.
"""

import fcntl
import json
import logging
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

CURRENT, TAKEN = "current.jsonl", "taken-"
logger = logging.getLogger(__name__)


def folder() -> Path:
    return Path(settings.DATA_DIR) / "read-log"


def append(row: dict[str, Any]) -> None:
    line = (json.dumps(row, separators=(",", ":")) + "\n").encode()
    path = folder() / CURRENT
    while True:
        try:
            file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            continue
        try:
            # Shared among writers; the job locks the file exclusively after renaming it.
            fcntl.flock(file, fcntl.LOCK_SH)
            if _is_still(path, file):
                os.write(file, line)
                return
        finally:
            os.close(file)


def _is_still(path: Path, file: int) -> bool:
    """Whether the open file still has this name; the job may have renamed it in between."""
    try:
        return path.stat().st_ino == os.fstat(file).st_ino
    except FileNotFoundError:
        return False


def taken() -> Iterator[Path]:
    """Files to import, oldest first, including unfinished ones of earlier runs."""
    current = folder() / CURRENT
    if current.exists() and current.stat().st_size:
        # Names sort by time; the rest makes them unique.
        current.rename(current.with_name(f"{TAKEN}{current.stat().st_mtime_ns:020}-{uuid.uuid4().hex[:8]}"))
    yield from sorted(folder().glob(f"{TAKEN}*"))


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Rows of a renamed file. Logs and skips a line cut off by a crash of the host."""
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # waits for remaining writers
        for number, line in enumerate(file, start=1):
            try:
                yield json.loads(line)
            except ValueError:
                logger.warning("line %s of %s is not a complete row of the read log and is skipped", number, path.name)
