"""Log records: to stderr only, with the request's trace id, never with case contents.

In production, one JSON object for each line. Exception messages may quote rows ("Key (name)=(…) already exists"), so
only type and traceback locations are logged. The same failure is located once in a process; an outage (database down,
disk full) is never, because no code is at fault.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

from agencies.kernel.middleware import trace_id
from agencies.kernel.outages import outage_of


class TraceFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.trace_id = trace_id.get()
        return True


class JsonLines(logging.Formatter):
    MOST_KNOWN = 1_000

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.known: set[str] = set()

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "trace_id": getattr(record, "trace_id", "-"),
            "message": _message(record),
        }
        if record.exc_info and record.exc_info[1]:
            line["exception"] = self._located(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)

    def _located(self, error: BaseException) -> dict[str, Any]:
        locations = _places(error)
        where = locations["frames"][-1:]
        fingerprint = f"{locations['type']} {where}"
        if outage_of(error) or fingerprint in self.known:
            return {"type": locations["type"], "frames": where}
        if len(self.known) < self.MOST_KNOWN:
            self.known.add(fingerprint)
        return locations


def _message(record: logging.LogRecord) -> str:
    """Celery's own job messages quote exception and result; only the outcome is kept."""
    job = getattr(record, "data", None)
    if record.name == "celery.app.trace" and isinstance(job, dict):
        return f"{job['name']}[{job['id']}] {job.get('description', 'succeeded')}"
    return record.getMessage()


def _places(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
        "cause": _places(error.__cause__) if error.__cause__ else None,
    }
