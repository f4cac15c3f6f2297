"""Abandoned work (死信) of every queue: notices, mail, webhooks, background jobs, rows and scheduled jobs.

Each shows what it is, why it failed and since when. No case contents: a queue, a number, the class of an error.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from agencies.journal.models import Delivery
from agencies.kernel.actor import Actor
from agencies.kernel.texts import Text
from agencies.runs.actions import discard_failure, discard_run, retry_failure, retry_run
from agencies.runs.models import Failure, Run
from coordination.messaging.channels.actions import discard_sending, retry_sending
from coordination.messaging.channels.models import Sending
from coordination.messaging.notifications.actions import discard_delivery, retry_delivery

MOST = 100  # of each kind; oldest first


@dataclass(frozen=True)
class DeadLetter:
    kind: str
    id: str
    words: Text
    about: str
    error: str
    attempts: int
    since: datetime


@dataclass(frozen=True)
class DeadLetterKind:
    """`rows` selects the abandoned ones; `about` and `since` give subject and time."""

    words: Text
    rows: Callable[[], Any]
    about: Callable[[Any], str]
    error: str
    since: str
    retry: Callable[..., None]
    discard: Callable[..., None]


KINDS: Mapping[str, DeadLetterKind] = {
    "outbox": DeadLetterKind(
        _("Notice"),
        lambda: Delivery.objects.dead().select_related("event"),
        lambda row: f"{row.event.object_kind}.{row.event.verb}",
        "last_error",
        "event.recorded_at",
        retry_delivery,
        discard_delivery,
    ),
    "mail": DeadLetterKind(
        _("Mail"),
        lambda: Sending.objects.filter(state=Sending.State.DEAD, webhook=None),
        lambda row: row.get_kind_display(),
        "last_error",
        "created_at",
        retry_sending,
        discard_sending,
    ),
    "webhook": DeadLetterKind(
        _("Webhook"),
        lambda: Sending.objects.filter(state=Sending.State.DEAD, webhook__isnull=False).select_related(
            "webhook__agency"
        ),
        lambda row: row.webhook.agency.code,
        "last_error",
        "created_at",
        retry_sending,
        discard_sending,
    ),
    "run": DeadLetterKind(
        _("Background work"),
        lambda: Run.objects.filter(state=Run.State.FAILED),
        lambda row: row.kind,
        "error",
        "ended_at",
        retry_run,
        discard_run,
    ),
    "row": DeadLetterKind(
        _("Row of a queue"),
        lambda: Failure.objects.dead().exclude(queue=Failure.JOBS),
        lambda row: row.queue,
        "last_error",
        "since",
        retry_failure,
        discard_failure,
    ),
    "job": DeadLetterKind(
        _("Job"),
        lambda: Failure.objects.dead().filter(queue=Failure.JOBS),
        lambda row: row.key,
        "last_error",
        "since",
        retry_failure,
        discard_failure,
    ),
}


def count() -> int:
    return sum(kind.rows().count() for kind in KINDS.values())


def listed() -> list[DeadLetter]:
    """The oldest of each kind, at most MOST of them."""
    return [_event_data(name, kind, row) for name, kind in KINDS.items() for row in kind.rows().order_by("pk")[:MOST]]


def settle(name: str, pk: str, verb: str, *, actor: Actor, reason: str = "") -> None:
    """Retries or discards one. Raises Http404 if it is not abandoned, Forbidden, Invalid and TransitionRefused."""
    kind = KINDS.get(name)
    found = kind.rows().filter(pk=_key(name, pk)).first() if kind else None
    if kind is None or found is None:
        raise Http404
    if verb == "retry":
        kind.retry(found, actor=actor)
    else:
        kind.discard(found, actor=actor, reason=reason)


def _key(name: str, pk: str) -> int | UUID:
    try:
        return int(pk) if name == "outbox" else UUID(pk)
    except ValueError as wrong:
        raise Http404 from wrong


def _event_data(name: str, kind: DeadLetterKind, row: Any) -> DeadLetter:
    since = row
    for step in kind.since.split("."):
        since = getattr(since, step)
    error = getattr(row, kind.error)
    return DeadLetter(name, str(row.pk), kind.words, kind.about(row), error, row.attempts, since or row.created_at)
