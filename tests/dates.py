"""The suite at another date: `TEST_DATE=2028-02-29T00:30:00+08:00` moves every clock for the whole run, which then
goes on ticking.

The database's own clock cannot be moved, so the suite's `database_now` is the process's, at any date.
"""

import os
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.db.models import DateTimeField, Func, Value
from django.db.models.sql.compiler import SQLCompiler


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
