"""Counts the calls of each key, and writes the counts at most once a minute.

A process keeps what it counted in memory and writes it with its first request after a minute; health checks are
requests too. A report costs no write of its own. A process that is killed loses the counts of its last minute.
"""

import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, NamedTuple

from django.db import DatabaseError
from django.db.models import F
from django.http import HttpRequest, HttpResponse

from agencies.kernel import times
from agencies.kernel.middleware import Middleware
from agencies.kernel.work import atomic
from agencies.people import throttle

from .models import ApiKey, KeyUse

log = logging.getLogger(__name__)
EVERY = timedelta(minutes=1)


class CallKind(NamedTuple):
    """What is counted together. `route` is the address without the ids in it."""

    key_id: int
    hour: datetime
    method: str
    route: str
    status: int


@dataclass
class CallCounts:
    """What was counted since `since`, and time and address of the last call of each key."""

    calls: Counter[CallKind] = field(default_factory=Counter)
    last: dict[int, tuple[datetime, str]] = field(default_factory=dict)
    since: datetime | None = None

    def add(self, other: "CallCounts") -> None:
        self.calls.update(other.calls)
        for key, call in other.last.items():
            self.last[key] = max(call, self.last.get(key, call))
        self.since = self.since or other.since


class CallCounter:
    """The counts of this process, which several threads add to."""

    def __init__(self) -> None:
        self._lock, self._counts = Lock(), CallCounts()

    def add(self, counts: CallCounts) -> None:
        with self._lock:
            self._counts.add(counts)

    def take(self, before: datetime) -> CallCounts:
        """Returns what was counted if it began before this time, and begins anew."""
        with self._lock:
            if self._counts.since is None or self._counts.since > before:
                return CallCounts()
            taken, self._counts = self._counts, CallCounts()
            return taken


COUNTER = CallCounter()


def count_call(key: ApiKey, request: Any, status: int) -> None:
    """Counts a call, in memory."""
    now, matched = times.now(), request.resolver_match
    hour = now.replace(minute=0, second=0, microsecond=0)
    kind = CallKind(key.pk, hour, request.method[:7], matched.route[:200] if matched else "", status)
    COUNTER.add(CallCounts(Counter([kind]), {key.pk: (now, throttle.address_of(request))}, now))


def write_counts(before: datetime) -> None:
    """Writes what was counted, if that began before this time. Counts that cannot be written are kept."""
    counts = COUNTER.take(before)
    if not counts.calls:
        return
    try:
        with atomic():
            _write(counts)
    except DatabaseError:
        log.warning("the calls of keys could not be written yet", exc_info=True)
        counts.since = times.now()
        COUNTER.add(counts)


def _write(counts: CallCounts) -> None:
    """In a fixed order, so that two processes cannot deadlock."""
    kept = set(ApiKey.objects.filter(pk__in=counts.last).values_list("pk", flat=True))
    for key in sorted(kept):
        at, address = counts.last[key]
        ApiKey.objects.filter(pk=key).update(last_used_at=at, last_address=address)
    for kind in sorted(one for one in counts.calls if one.key_id in kept):
        row, _made = KeyUse.objects.get_or_create(**kind._asdict())
        KeyUse.objects.filter(pk=row.pk).update(calls=F("calls") + counts.calls[kind])


class KeyUseMiddleware(Middleware):
    """Counts the calls of keys by the status of their response. The view leaves the key in `request.auth`."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        key = getattr(request, "auth", None)
        if isinstance(key, ApiKey):
            count_call(key, request, response.status_code)
        write_counts(times.now() - EVERY)
        return response
