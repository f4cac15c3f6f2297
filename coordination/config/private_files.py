"""Files written by the product are private to its account: files 0600, folders 0700.

Every process sets the umask when reading the settings. `manage.py protect_data` repairs older files, and
`coordination.config.production` refuses to start if others can open them.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from .database import is_sqlite

MASK = 0o077


def take_mask() -> None:
    os.umask(MASK)


def roots() -> list[Path]:
    """Existing folders that hold cases or keys: the data folder, and those configured elsewhere."""
    from django.conf import settings  # the settings import this module to set the umask

    paths = [settings.DATA_DIR, settings.EXPORTS_DIR, Path(settings.CONTENT_KEY_FILE)]
    database = settings.DATABASES["default"]
    if is_sqlite(database):
        paths += [Path(f"{database['NAME']}{end}") for end in ("", "-wal", "-shm", "-journal")]
    return [path for path in dict.fromkeys(paths) if path.exists()]


def exposed() -> list[Path]:
    """Paths other accounts can open: each root and the entries directly in it.

    Not deeper: a closed folder protects its contents, and there may be a million papers.
    """
    return [path for path in _looked_at() if _is_open(path)]


def mend() -> int:
    """Removes the rights of others under the roots, except for static files. Returns the number of changed paths."""
    mended = 0
    for path in _everything():
        if _is_open(path):
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~MASK)
            mended += 1
    return mended


def _looked_at() -> Iterator[Path]:
    for root in roots():
        yield root
        if root.is_dir():
            yield from (path for path in sorted(root.iterdir()) if not _is_static(path))


def _everything() -> Iterator[Path]:
    for root in roots():
        yield root
        for folder, names, files in os.walk(root) if root.is_dir() else ():
            names[:] = [name for name in names if not _is_static(Path(folder, name))]
            yield from (Path(folder, name) for name in [*names, *files])


def _is_static(path: Path) -> bool:
    """Static files are public; `collectstatic` makes them readable for a separate web server."""
    from django.conf import settings  # as above

    return path == settings.STATIC_ROOT


def _is_open(path: Path) -> bool:
    found = path.lstat()
    return not stat.S_ISLNK(found.st_mode) and bool(found.st_mode & MASK)
