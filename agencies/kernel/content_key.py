"""The key of encrypted columns, in a file outside the database.

The file is JSON: `current` is the id of the key for new texts, `keys` holds every key by id (32 bytes, base64). A
stored text names its key, so the file may keep older keys. This module uses no models, so that settings and commands
can use it before the apps are loaded.
"""

import base64
import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

BYTES = 32  # AES-256
ID_LENGTH = 12


class KeyMissing(RuntimeError):
    """There is no key to encrypt with, or the key of a stored text is missing."""


@dataclass(frozen=True)
class Keys:
    current: str
    by_id: dict[str, bytes]


def make(path: Path) -> bool:
    """Creates the file with a new key, mode 0600, if it does not exist.

    Returns whether it did. It is safe to run twice at once.
    """
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = secrets.token_bytes(BYTES)
    content = {"current": id_of(key), "keys": {id_of(key): base64.b64encode(key).decode()}}
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
        json.dump(content, out)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, path)  # fails if another process was first; a rename would replace its key
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def read(path: Path) -> Keys:
    """Returns the keys of the file, read again after a change. Raises KeyMissing if there is no file."""
    try:
        found = path.stat()
    except FileNotFoundError as gone:
        raise KeyMissing(
            f"{path} is missing; `manage.py protect_data` makes it, or restore it from the backup"
        ) from gone
    return _read(path, found.st_mtime_ns, found.st_ino)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int, number: int) -> Keys:
    content = json.loads(path.read_text(encoding="ascii"))
    return Keys(content["current"], {name: base64.b64decode(key) for name, key in content["keys"].items()})


def id_of(key: bytes) -> str:
    """Returns a short public id that reveals nothing about the key."""
    return hashlib.sha256(b"coordination/content-key\n" + key).hexdigest()[:ID_LENGTH]
