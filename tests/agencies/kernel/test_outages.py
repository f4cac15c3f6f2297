"""Which failures are outages and which are bugs."""

import errno
import sqlite3

import psycopg
import pytest
from django.db import InterfaceError, InternalError, OperationalError, ProgrammingError

from agencies.kernel import outages
from agencies.kernel.outages import Outage, outage_of

pytestmark = pytest.mark.both_databases  # services that do not answer


def caused(kind: type[Exception], cause: Exception) -> Exception:
    error = kind(str(cause))
    error.__cause__ = cause
    return error


def of_sqlite(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("any message")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (OperationalError("connection refused"), outages.AWAY),
        (InterfaceError("connection already closed"), outages.AWAY),
        (caused(OperationalError, psycopg.errors.AdminShutdown()), outages.AWAY),
        (caused(InternalError, psycopg.errors.IdleInTransactionSessionTimeout()), outages.AWAY),
        (caused(InternalError, psycopg.errors.ReadOnlySqlTransaction()), outages.AWAY),
        (caused(OperationalError, psycopg.errors.LockNotAvailable()), outages.BUSY),
        (caused(OperationalError, psycopg.errors.DeadlockDetected()), outages.BUSY),
        (caused(OperationalError, of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT)), outages.BUSY),
        (caused(OperationalError, psycopg.errors.QueryCanceled()), outages.TOO_SLOW),
        (caused(OperationalError, psycopg.errors.DiskFull()), outages.DISK_FULL),
        (caused(OperationalError, of_sqlite(sqlite3.SQLITE_FULL)), outages.DISK_FULL),
        (caused(OperationalError, of_sqlite(sqlite3.SQLITE_IOERR_WRITE)), outages.AWAY),
        (OSError(errno.ENOSPC, "No space left on device"), outages.DISK_FULL),
        (caused(InternalError, psycopg.errors.InFailedSqlTransaction()), None),
        (caused(ProgrammingError, psycopg.errors.UndefinedTable()), None),
        (FileNotFoundError(errno.ENOENT, "No such file"), None),
        (ZeroDivisionError(), None),
        (None, None),
    ],
)
def test_an_outage_is_a_temporary_failure(error: BaseException | None, outage: Outage | None) -> None:
    assert outage_of(error) is outage
