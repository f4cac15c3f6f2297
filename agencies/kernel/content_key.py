"""The key of the texts that the database holds encrypted. It lies in a file of its own, outside the database.

The file is JSON: `current` names the key that new texts get, `keys` holds each key by its id (32 bytes, base64). A
text names its key, so that a file may hold older keys beside the current one. Without Django's models, so that
settings and commands may use it before anything is loaded.
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
    """No key to write with, or not the one that a text was written with."""


@dataclass(frozen=True)
class Keys:
    current: str
    by_id: dict[str, bytes]


def make(path: Path) -> bool:
    """Makes a file with a new key, 0600, if there is none; says whether it did. Two at once make one."""
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = secrets.token_bytes(BYTES)
    told = {"current": id_of(key), "keys": {id_of(key): base64.b64encode(key).decode()}}
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
        json.dump(told, out)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, path)  # fails where another was quicker; a rename would replace that one's key
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def read(path: Path) -> Keys:
    """The keys of a file; raises KeyMissing where there is none. A changed file is read anew."""
    try:
        found = path.stat()
    except FileNotFoundError as gone:
        raise KeyMissing(
            f"{path} is missing; `manage.py protect_data` makes it, or restore it from the backup"
        ) from gone
    return _read(path, found.st_mtime_ns, found.st_ino)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int, number: int) -> Keys:
    told = json.loads(path.read_text(encoding="ascii"))
    return Keys(told["current"], {name: base64.b64decode(key) for name, key in told["keys"].items()})


def id_of(key: bytes) -> str:
    """Short and public: it says nothing of the key."""
    return hashlib.sha256(b"coordination/content-key\n" + key).hexdigest()[:ID_LENGTH]
