"""Runs the suite at another date: `TEST_DATE=2028-02-29T00:30:00+08:00` moves the clock of the whole run.

The clock keeps ticking. The database's own clock cannot be moved, so in the suite `database_now` is the time of the
process.
"""

import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
import time_machine

from dev.clock import ProcessNow

# A Saturday, the eve of Spring Festival, a leap day, and the last and first minutes of a year; in UTC both are in the
# old year. `make test-dates` reads them from this module.
DATES = (
    "2026-12-05T10:00:00+08:00",
    "2027-02-05T17:00:00+08:00",
    "2028-02-29T12:00:00+08:00",
    "2026-12-31T23:30:00+08:00",
    "2027-01-01T00:30:00+08:00",
)
# Tests that depend on the present time, at least one for each noun that does. `make test-dates` runs them at five dates
# and collects no others. Keep the list short, because each file runs five times.
SENSITIVE = (
    *("agencies/duty", "agencies/kernel/test_times.py"),
    *("cases/clocks/test_life.py", "cases/clocks/test_sweep.py", "cases/clocks/test_restart.py"),
    *("cases/proceedings/test_payment.py", "cases/proceedings/test_hearing.py"),
    *("coordination/exchange/referrals/test_economic.py", "coordination/exchange/tasks/test_answers.py"),
    *(
        "coordination/exchange/reminders/test_asked.py",
        "coordination/automation/escalation",
        "dev/demo/test_load.py",
    ),
)


def pytest_configure(config: pytest.Config) -> None:
    from agencies.kernel import times

    times.database_clock = ProcessNow
    if date := os.environ.get("TEST_DATE"):
        moved, file_time = date_of(date) - datetime.now(UTC), times.file_time
        times.file_time = lambda path: file_time(path) + moved
        traveller = time_machine.travel(date_of(date), tick=True)
        traveller.start()
        config.add_cleanup(traveller.stop)


def date_of(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise pytest.UsageError(f"TEST_DATE is not an ISO 8601 time: {text}") from wrong
    if moment.tzinfo is None:
        raise pytest.UsageError(f"TEST_DATE needs a time zone, as in {text}+08:00")
    return moment


def pytest_report_header() -> str | None:
    date = os.environ.get("TEST_DATE")
    return f"date: {date}" if date else None


if __name__ == "__main__":
    lines: Iterable[str] = (f"tests/{place}" for place in SENSITIVE) if "--files" in sys.argv else DATES
    sys.stdout.write("".join(f"{line}\n" for line in lines))
