"""Permitted contents of log records."""

import json
import logging
from typing import Any

from django.db import OperationalError

from agencies.kernel.middleware import trace_id
from coordination.config.logs import JsonLines, TraceFilter

NAME = "张三"


def line_of(record: logging.LogRecord) -> dict[str, Any]:
    TraceFilter().filter(record)
    line: dict[str, Any] = json.loads(JsonLines().format(record))
    return line


def record(message: str, *, logger: str = "cases.intake", **extra: Any) -> logging.LogRecord:
    made = logging.LogRecord(logger, logging.ERROR, __file__, 1, message, (), None)
    made.__dict__.update(extra)
    return made


def failure() -> BaseException:
    try:
        try:
            {}[NAME]
        except KeyError as missing:
            raise ValueError(f"Key (name)=({NAME}) already exists") from missing
    except ValueError as error:
        return error
    raise AssertionError


def test_a_line_carries_the_trace_id_of_its_request() -> None:
    token = trace_id.set("abc")
    line = line_of(record("something happened"))
    trace_id.reset(token)

    assert (line["trace_id"], line["level"], line["message"]) == ("abc", "ERROR", "something happened")


def test_an_exception_is_its_type_and_places_not_its_words() -> None:
    error = failure()
    line = line_of(record("failed", exc_info=(type(error), error, error.__traceback__)))

    assert line["exception"]["type"] == "builtins.ValueError"
    assert line["exception"]["cause"]["type"] == "builtins.KeyError"
    assert line["exception"]["frames"][0].endswith(" failure")
    assert NAME not in json.dumps(line, ensure_ascii=False)


def logged(lines: JsonLines, error: BaseException) -> dict[str, Any]:
    made = record("failed", exc_info=(type(error), error, error.__traceback__))
    TraceFilter().filter(made)
    data: dict[str, Any] = json.loads(lines.format(made))["exception"]
    return data


def test_the_same_failure_is_located_once() -> None:
    lines = JsonLines()

    first, second = logged(lines, failure()), logged(lines, failure())

    assert first["cause"]["type"] == "builtins.KeyError"
    assert "cause" not in second
    assert (second["type"], second["frames"]) == (first["type"], first["frames"][-1:])


def test_an_outage_is_one_line_without_its_places() -> None:
    try:
        raise OperationalError("server closed the connection")
    except OperationalError as error:
        shown = logged(JsonLines(), error)

    assert shown["type"] == "django.db.utils.OperationalError"
    assert len(shown["frames"]) == 1


def test_a_failed_job_is_logged_without_its_exception_message() -> None:
    job = {"name": "clocks.sweep", "id": "7", "exc": f"KeyError({NAME!r})", "description": "raised unexpected"}
    line = line_of(record(f"Task failed: {NAME}", logger="celery.app.trace", data=job))

    assert line["message"] == "clocks.sweep[7] raised unexpected"
