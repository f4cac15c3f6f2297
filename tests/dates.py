"""The suite at another date: `TEST_DATE=2028-02-29T00:30:00+08:00` moves every clock for the whole run, which then
goes on ticking.

The database's own clock cannot be moved, so the suite's `database_now` is the process's, at any date.
"""

import os
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db.models import DateTimeField, Func, Value
from django.db.models.sql.compiler import SQLCompiler

# A Saturday, the eve of Spring Festival, a leap day, and the year's last and first minutes, of which the latter still
# lie in the old year in UTC. `make test-dates` asks this module for them.
DATES = (
    "2026-12-05T10:00:00+08:00",
    "2027-02-05T17:00:00+08:00",
    "2028-02-29T12:00:00+08:00",
    "2026-12-31T23:30:00+08:00",
    "2027-01-01T00:30:00+08:00",
)
ROOT = Path(__file__).parent
# What counts from now or asks which day it is, at least once for each noun that does. `make test-dates` runs these at
# five dates; a test elsewhere joins them by `@pytest.mark.dates`. Few, since every file is run five times; what counts
# from fixed dates has nothing to show here.
SENSITIVE = (
    *("agencies/duty", "agencies/kernel/test_times.py"),
    *("cases/clocks/test_life.py", "cases/clocks/test_sweep.py", "cases/clocks/test_restart.py"),
    *("cases/proceedings/test_payment.py", "cases/proceedings/test_hearing.py"),
    *("coordination/exchange/referrals/test_economic.py", "coordination/exchange/tasks/test_ask_late.py"),
    *(
        "coordination/exchange/reminders/test_asked.py",
        "coordination/automation/escalation",
        "coordination/tooling/demo/test_load.py",
    ),
)


class ProcessNow(Func):
    """Like `Now()`, from the process's clock at the moment the statement is made."""

    template = "%s"
    output_field = DateTimeField()

    def as_sql(self, compiler: SQLCompiler, connection: Any, **_more: Any) -> Any:
        from agencies.kernel import times

        return compiler.compile(Value(times.now(), output_field=DateTimeField()))


def pytest_configure(config: pytest.Config) -> None:
    from agencies.kernel import times

    times.database_clock = ProcessNow
    if told := os.environ.get("TEST_DATE"):
        traveller = time_machine.travel(date_of(told), tick=True)
        traveller.start()
        config.add_cleanup(traveller.stop)


@pytest.hookimpl(tryfirst=True)  # before `-m dates` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = [ROOT / place for place in SENSITIVE]
    for item in items:
        if any(item.path.is_relative_to(place) for place in places):
            item.add_marker(pytest.mark.dates)


def date_of(told: str) -> datetime:
    try:
        moment = datetime.fromisoformat(told)
    except ValueError as wrong:
        raise pytest.UsageError(f"TEST_DATE is not a moment in ISO form: {told}") from wrong
    if moment.tzinfo is None:
        raise pytest.UsageError(f"TEST_DATE needs its zone, as in {told}+08:00")
    return moment


def pytest_report_header() -> str | None:
    told = os.environ.get("TEST_DATE")
    return f"date: {told}" if told else None


@contextmanager
def sampled_date() -> Iterator[None]:
    """One of the five dates, another each day; or `TEST_DATE`, which holds for the whole run."""
    if "TEST_DATE" in os.environ:
        yield
        return
    today = datetime.now(UTC).date().toordinal()
    with time_machine.travel(date_of(DATES[today % len(DATES)])):
        yield


def random_date() -> datetime:
    """Some minute of the next ten years."""
    minutes = random.randrange(10 * 365 * 24 * 60)
    return (datetime.now(UTC) + timedelta(minutes=minutes)).replace(second=0, microsecond=0)


if __name__ == "__main__":
    told = [random_date().isoformat()] if "--random" in sys.argv else DATES
    sys.stdout.write("".join(f"{one}\n" for one in told))
