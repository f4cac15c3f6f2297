"""Health of worker and scheduler, from their heartbeats.

A thread of the web server checks every few seconds, so that pages need no query. Administrators see a late process at
once; everyone does if notices and reminders are delayed.
"""

import logging
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.permissions import OPERATION, PUBLIC, page
from agencies.kernel.texts import Text
from agencies.runs.models import Heartbeat
from coordination.tooling import schema

from . import dead_letters

log = logging.getLogger(__name__)
LATE = timedelta(seconds=60)
LATE_FOR_ALL = timedelta(minutes=5)
LOOK_EVERY = 5.0  # seconds
WORDS = {Heartbeat.WORKER: _("The background worker"), Heartbeat.SCHEDULER: _("The scheduler")}
STANDS_STILL = {
    Heartbeat.WORKER: _("The background worker is not working."),
    Heartbeat.SCHEDULER: _("The scheduler is not working."),
}
DELAYED = _("Notices and deadline reminders are delayed. Check the deadlines of your cases yourself.")
_schema_is_right = False
_began = times.now()  # a process that never reported is late from here on


@dataclass(frozen=True)
class JobHealth:
    """`at` is the last completed work; None if there was none."""

    name: str
    at: datetime | None

    @property
    def words(self) -> Text:
        return WORDS[self.name]

    def age(self, now: datetime) -> timedelta:
        return now - (self.at or _began)

    def is_late(self, now: datetime) -> bool:
        return self.age(now) > LATE


@dataclass(frozen=True)
class Delay:
    """A warning above every page."""

    words: Text
    since: datetime | None
    leads_on: bool


def parts() -> list[JobHealth]:
    at = dict(Heartbeat.objects.values_list("part", "at"))
    return [JobHealth(name, at.get(name)) for name in WORDS]


# The last result of the thread. Empty without a web server, as in tests and commands; then there are no warnings.
_seen: list[JobHealth] = []


def watch() -> None:
    """Starts checking; called once by the web server."""
    threading.Thread(target=_look_for_ever, name="heartbeats", daemon=True).start()


def _look_for_ever() -> None:
    pause = threading.Event()
    while True:
        connection.close_if_unusable_or_obsolete()
        look()
        pause.wait(LOOK_EVERY)


def look() -> None:
    """Keeps the last result while the database is down, because no page is shown then."""
    try:
        _seen[:] = parts()
    except (DatabaseError, InterfaceError) as away:
        log.warning("no heartbeats could be read (%s)", type(away).__name__)


def delays_for(actor: Actor) -> list[Delay]:
    """Warnings for this reader; no query."""
    now = times.now()
    late = [part for part in _seen if part.is_late(now)]
    if not late or not actor.is_known:
        return []
    if OPERATION.allows(actor):
        # Without a worker the scheduler's jobs do not run, so the worker is reported.
        return [Delay(STANDS_STILL[late[0].name], late[0].at, leads_on=True)]
    longest = max(late, key=lambda part: part.age(now))
    return [Delay(DELAYED, longest.at, leads_on=False)] if longest.age(now) > LATE_FOR_ALL else []


def _has_schema() -> bool:
    """Compared until it is right, then not again in this process."""
    global _schema_is_right
    if not _schema_is_right:
        if found := schema.differences():
            log.error("%s", schema.refusal(found))
        _schema_is_right = not found
    return _schema_is_right


@page(PUBLIC)
def readyz(request: HttpRequest) -> HttpResponse:
    """503 if the database does not answer, or has another schema, which the log describes.

    "degraded" is ready: pages are served, but a process is late or work was abandoned; further lines give details for
    monitoring.
    """
    try:
        if not _has_schema():
            return _plain(["not ready", "schema differs"], 503)
        now = times.now()
        rows = [f"{part.name} {_state(part, now)}" for part in parts()]
        given_up = dead_letters.count()
    except (DatabaseError, InterfaceError):
        return _plain(["not ready", "database away"], 503)
    fine = given_up == 0 and not any(" late " in line for line in rows)
    return _plain(["ok" if fine else "degraded", *rows, f"dead-letters {given_up}"], 200)


def _state(part: JobHealth, now: datetime) -> str:
    state = "late" if part.is_late(now) else "ok"
    return f"{state} {int(part.age(now).total_seconds())}s"


def _plain(lines: list[str], status: int) -> HttpResponse:
    response = HttpResponse("\n".join(lines) + "\n", status=status, content_type="text/plain")
    if status == 503:
        response["Retry-After"] = "5"
    return response
