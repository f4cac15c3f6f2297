"""Rows of the read log that wait in a file until the job takes them in.

On SQLite every row goes this way, since a row by itself would cost a request a write of the whole database's lock; on
PostgreSQL only what the database could not take. A line is one row as JSON. The operating system has a line as soon
as the request ends, so a crash of the process loses none; a crash of the host may lose the last second.
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
            # Shared among writers; the job takes the file for itself alone once it has given it another name.
            fcntl.flock(file, fcntl.LOCK_SH)
            if _is_still(path, file):
                os.write(file, line)
                return
        finally:
            os.close(file)


def _is_still(path: Path, file: int) -> bool:
    """Whether the file that was opened has this name yet: the job may have taken it away in between."""
    try:
        return path.stat().st_ino == os.fstat(file).st_ino
    except FileNotFoundError:
        return False


def taken() -> Iterator[Path]:
    """The files to take in, the oldest first: also one that an earlier run did not finish."""
    current = folder() / CURRENT
    if current.exists() and current.stat().st_size:
        # Named in the order of time; the rest only tells two apart.
        current.rename(current.with_name(f"{TAKEN}{current.stat().st_mtime_ns:020}-{uuid.uuid4().hex[:8]}"))
    yield from sorted(folder().glob(f"{TAKEN}*"))


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a file that has been taken away. A line that a crash of the host cut short is told and left out."""
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # waits for who was still writing into it
        for number, line in enumerate(file, start=1):
            try:
                yield json.loads(line)
            except ValueError:
                logger.warning("line %s of %s is no whole row of the read log and is left out", number, path.name)
