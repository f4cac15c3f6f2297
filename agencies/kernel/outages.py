"""Outages: the database or the disk is unavailable, and the same request may succeed later.

One place decides which exceptions these are, so that pages, API, jobs and log agree.
"""

import errno
import sqlite3
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, InterfaceError, InternalError, OperationalError, connections
from django.utils.translation import gettext_lazy as _

from .texts import Text

# InternalErrors that mean the session was ended or may not write: it was idle in a transaction, or the server is a
# standby. Every other InternalError is a bug.
ENDED = {"25P03", "25P04", "25006"}


@dataclass(frozen=True)
class Outage:
    """The message to the caller: the reason, and after how many seconds to try again."""

    detail: Text
    retry_after: int


AWAY = Outage(_("The database cannot be reached. Nothing was saved. Try again in some seconds."), 5)
BUSY = Outage(_("Another person is changing the same item. Nothing was saved. Try again in a moment."), 2)
TOO_SLOW = Outage(
    _(
        "The database took too long. Nothing was saved. Narrow the request, or use a background export; on pages of "
        "figures, set one filter only."
    ),
    10,
)
DISK_FULL = Outage(
    _("The disk is full. Nothing was saved. Inform the system administrator, who must free space on the server."), 60
)


# By SQLSTATE code (PostgreSQL documentation, appendix A): locks and deadlocks, the statement timeout, the disk.
BY_STATE = {"55P03": BUSY, "40P01": BUSY, "57014": TOO_SLOW, "53100": DISK_FULL}
BY_CODE = {sqlite3.SQLITE_FULL: DISK_FULL, sqlite3.SQLITE_BUSY: BUSY, sqlite3.SQLITE_LOCKED: BUSY}


def longer(seconds: int) -> AbstractContextManager[None]:
    """Returns a context with a longer statement limit; 0: the general one. SQLite has no statement limit."""
    extended: Any = getattr(connections[DEFAULT_DB_ALIAS], "longer", None)
    return extended(seconds) if seconds and extended else nullcontext()


def outage_of(exception: BaseException | None) -> Outage | None:
    """Returns the outage behind an exception, None if it is a bug or there is none."""
    if isinstance(exception, OSError) and exception.errno in (errno.ENOSPC, errno.EDQUOT):
        return DISK_FULL
    if not isinstance(exception, OperationalError | InterfaceError | InternalError):
        return None
    cause: Any = exception.__cause__
    state = str(getattr(cause, "sqlstate", None))
    if isinstance(exception, InternalError):
        return AWAY if state in ENDED else None
    if isinstance(cause, sqlite3.Error):
        # The low byte of an extended code is the primary code.
        return BY_CODE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF, AWAY)
    return BY_STATE.get(state, AWAY)
