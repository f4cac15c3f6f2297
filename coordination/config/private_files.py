"""What the product writes is for its own account alone: files 0600, folders 0700.

Every process takes the mask when it reads the settings; `manage.py protect_data` mends what was made before that, and
`coordination.config.production` refuses to start upon what others can open.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

MASK = 0o077


def take_mask() -> None:
    os.umask(MASK)


def roots() -> list[Path]:
    """Everything that holds cases or keys: the data folder, and what was put elsewhere. Only what is there."""
    from django.conf import settings  # the settings import this module to take the mask

    paths = [settings.DATA_DIR, settings.EXPORTS_DIR, Path(settings.CONTENT_KEY_FILE)]
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        paths += [Path(f"{database['NAME']}{end}") for end in ("", "-wal", "-shm", "-journal")]
    return [path for path in dict.fromkeys(paths) if path.exists()]


def exposed() -> list[Path]:
    """What another account could open: each root and what lies directly in a folder of them.

    Deeper down is not looked at: nobody passes through a folder that is closed, and there may be a million papers.
    """
    return [path for path in _looked_at() if _is_open(path)]


def mend() -> int:
    """Takes the rights of others from everything under the roots but the static files; says from how many."""
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
    """Static files are the same for everybody, and `collectstatic` opens them to a web server beside this one."""
    from django.conf import settings  # as above

    return path == settings.STATIC_ROOT


def _is_open(path: Path) -> bool:
    found = path.lstat()
    return not stat.S_ISLNK(found.st_mode) and bool(found.st_mode & MASK)
