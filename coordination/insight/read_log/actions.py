"""Writes the read log, imports waiting rows, raises alerts, and deletes expired rows."""

import hmac
import logging
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, F, Min
from django.db.models.functions import TruncHour
from django.utils.translation import gettext as _

from agencies.journal.actions import SYSTEM, Action, Audience, record_event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.encryption import derived_key
from agencies.kernel.errors import Invalid, Stale, UnmetCondition
from agencies.kernel.work import atomic

from . import spool
from .models import ReadAlert, ReadRecord
from .workflow import ALERT

BATCH = 500
MOST_TERMS = 8
OVERLAP = timedelta(hours=2)  # rows may be imported late; a repeated count is the same alert
logger = logging.getLogger(__name__)


def write(row: Mapping[str, Any]) -> None:
    """Writes one row. `row` has every column except the id; times and ids are text."""
    whole = {"id": str(uuid.uuid4()), **row}
    if settings.READ_LOG_AT_ONCE:
        try:
            _row(whole).save(force_insert=True)
        except DatabaseError:
            logger.warning("the database did not accept a row of the read log; it waits in a file", exc_info=True)
        else:
            return
    spool.append(whole)


def take_in() -> int:
    """Imports rows waiting in files. Returns how many. A partly imported file is harmless."""
    total = 0
    for path in spool.taken():
        waiting = spool.rows(path)
        while rows := list(islice(waiting, BATCH)):
            ReadRecord.objects.bulk_create([_row(one) for one in rows], ignore_conflicts=True)
            total += len(rows)
        path.unlink()
    return total


def _row(values: Mapping[str, Any]) -> ReadRecord:
    return ReadRecord(**{**values, "at": datetime.fromisoformat(values["at"])})


def digest_of_term(term: str) -> str:
    """Identifies equal search terms, and reveals them only with the content key."""
    return hmac.digest(derived_key("read log: terms"), term.strip().casefold().encode(), "sha256").hex()[:20]


def digests_of(terms: Iterable[str]) -> str:
    """At most as many different digests as the column holds."""
    found = dict.fromkeys(digest_of_term(term) for term in terms if term.strip())
    return " ".join(list(found)[:MOST_TERMS])


# Alerts --------------------------------------------------------------------------------------------------------------
CasesOf = Callable[[Mapping[str, set[UUID]]], Mapping[UUID, UUID]]


def watch(restricted_of: CasesOf, now: datetime | None = None) -> int:
    """Raises alerts of the last two hours. Returns the number of new ones. Idempotent.

    `restricted_of` maps ids, by kind, to their restricted cases.
    """
    since = ((now or times.now()) - OVERLAP).replace(minute=0, second=0, microsecond=0)
    reads = ReadRecord.objects.filter(at__gte=since, status__lt=400)
    before = ReadAlert.objects.count()
    for alert in [*_of_volume(reads), *_of_restricted(reads, restricted_of)]:
        _raise(alert)
    return ReadAlert.objects.count() - before


def _of_volume(reads: Any) -> list[ReadAlert]:
    """People only: the hourly limit of a machine is set by its key."""
    hours = reads.filter(actor_kind="user").annotate(hour=TruncHour("at"))
    counted = hours.values("actor_kind", "actor_id", "agency_id", "hour").annotate(reads=Count("id")).order_by()
    return [
        _alert(one, ReadAlert.Kind.VOLUME, since=one["hour"], reads=one["reads"])
        for one in counted.filter(reads__gt=settings.READ_ALERT_PER_HOUR)
    ]


def _of_restricted(reads: Any, restricted_of: CasesOf) -> list[ReadAlert]:
    by_reader = reads.exclude(object_id=None).values("actor_kind", "actor_id", "agency_id", "object_kind", "object_id")
    seen = list(by_reader.annotate(first=Min("at"), reads=Count("id")).order_by())
    ids: dict[str, set[UUID]] = {}
    for one in seen:
        ids.setdefault(one["object_kind"], set()).add(one["object_id"])
    restricted = restricted_of(ids)
    found: dict[tuple[str, UUID], ReadAlert] = {}
    for one in seen:
        if (case := restricted.get(one["object_id"])) is None:
            continue
        alert = found.setdefault(
            (one["actor_id"], case),
            _alert(one, ReadAlert.Kind.RESTRICTED, since=one["first"], case_id=case, reads=0),
        )
        alert.since, alert.reads = min(alert.since, one["first"]), alert.reads + one["reads"]
    return list(found.values())


def _alert(row: Mapping[str, Any], kind: str, **columns: Any) -> ReadAlert:
    """An alert about the reader of a row."""
    reader = {name: row[name] for name in ("actor_kind", "actor_id", "agency_id")}
    return ReadAlert(kind=kind, state_since=times.now(), **reader, **columns)


def _raise(alert: ReadAlert) -> None:
    """The count of the current hour may still grow; a first read stays the first."""
    same = ReadAlert.objects.filter(kind=alert.kind, actor_id=alert.actor_id)
    if alert.kind == ReadAlert.Kind.VOLUME:
        grown = same.filter(since=alert.since, state=ReadAlert.State.OPEN, reads__lt=alert.reads)
        if grown.update(reads=alert.reads, version=F("version") + 1):
            return
    ReadAlert.objects.bulk_create([alert], ignore_conflicts=True)


def settle(alert: ReadAlert, *, actor: Actor, reason: str, version: int | None = None) -> ReadAlert:
    """Records an auditor's finding. Raises Forbidden, TransitionRefused, Invalid, Stale."""
    with atomic():
        line = ALERT.check("settle", actor, alert)
        if not reason.strip():
            raise Invalid.field("reason", "required", _("This field is required."))
        at = times.now()
        expected = alert.version if version is None else version
        changed = ReadAlert.objects.filter(pk=alert.pk, version=expected, state=alert.state)
        if changed.update(state=line.to, state_since=at, updated_at=at, version=expected + 1) != 1:
            raise Stale([UnmetCondition("version", _("Another auditor has already examined it."))])
        record_event(
            SYSTEM,
            actor=actor,
            action=Action(
                "settle", "read_alert", alert.pk, from_state=alert.state, to_state=str(line.to), reason=reason
            ),
            audience=Audience(line.visibility),
        )
        alert.refresh_from_db()
        return alert


# Deletion ------------------------------------------------------------------------------------------------------------
def forget(now: datetime | None = None) -> int:
    """Deletes rows older than READ_LOG_DAYS and their settled alerts. Returns the number of rows."""
    before = (now or times.now()) - timedelta(days=settings.READ_LOG_DAYS)
    total = 0
    while ids := list(ReadRecord.objects.filter(at__lt=before).values_list("pk", flat=True)[:BATCH]):
        total += ReadRecord.objects.filter(pk__in=ids).delete()[0]
    ReadAlert.objects.filter(state=ReadAlert.State.SETTLED, since__lt=before).delete()
    return total
