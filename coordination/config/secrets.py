"""Generates secrets that were not supplied and keeps them in the data folder, so that a first run needs no set-up.

For evaluation only: `coordination.config.production` refuses to start while this file holds any.
"""

import fcntl
import json
import os
import secrets
from pathlib import Path

FILE_NAME = "secrets.json"


def obtain(name: str, *, folder: Path, size: int = 48, generate: bool = True) -> str:
    """The secret from the environment, else the stored one, else a new one of `size` random bytes.

    Without `generate`, "" if neither exists.
    """
    if supplied := os.environ.get(name):
        return supplied
    path = folder / FILE_NAME
    if not generate:
        return _read(path).get(name, "")
    # Web, worker and scheduler may start at the same time and must get the same key.
    with (folder / f"{FILE_NAME}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        values = _read(path)
        if name not in values:
            values[name] = secrets.token_urlsafe(size)
            _write(path, values)
    return values[name]


def stored_names(folder: Path) -> list[str]:
    return sorted(_read(folder / FILE_NAME))


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    values: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return values


def _write(path: Path, values: dict[str, str]) -> None:
    """Replaces the file atomically, readable by this account only."""
    draft = path.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        json.dump(values, out, indent=2)
    draft.replace(path)
