"""Secrets that nobody supplied: generated once and kept in the data folder, so a first run needs no set-up.

Good for a laptop, not for production: `coordination.config.production` refuses to start while this file holds any.
"""

import fcntl
import json
import os
import secrets
from pathlib import Path

FILE_NAME = "secrets.json"


def obtain(name: str, *, folder: Path, size: int = 48, generate: bool = True) -> str:
    """The environment's secret of that name, else the kept one, else a new one of `size` random bytes.

    With `generate` off, "" where the environment supplies none and none is kept.
    """
    if supplied := os.environ.get(name):
        return supplied
    path = folder / FILE_NAME
    if not generate:
        return _read(path).get(name, "")
    # Web, worker and scheduler may start at the same moment; all of them must end up with one and the same key.
    with (folder / f"{FILE_NAME}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        values = _read(path)
        if name not in values:
            values[name] = secrets.token_urlsafe(size)
            _write(path, values)
    return values[name]


def kept_names(folder: Path) -> list[str]:
    return sorted(_read(folder / FILE_NAME))


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    values: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return values


def _write(path: Path, values: dict[str, str]) -> None:
    """Replaced as a whole: a reader sees the old file or the new one, and no other account sees either."""
    draft = path.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        json.dump(values, out, indent=2)
    draft.replace(path)
