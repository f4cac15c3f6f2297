"""Runs a write once, however often its request is sent. Used by browser forms and by the API.

The row that remembers a request commits together with its write. A refused or failed request leaves no row, so its key
may be sent again. Of two equal requests at once, exactly one writes.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agencies.journal.digests import content_digest
from agencies.kernel import times
from agencies.kernel.errors import ActionError
from agencies.kernel.work import atomic

from .models import SentRequest

KEPT = timedelta(hours=72)  # longer than any session, so longer than any open page that could still send its form
BATCH = 5_000


class KeyReused(ActionError):
    """The key was sent before with a different request."""

    status = 422
    code = "idempotency_key_reused"
    title = _("This idempotency key belongs to another request")


class InFlight(ActionError):
    """The same request is being processed."""

    status = 409
    code = "idempotency_key_in_flight"
    title = _("This request is being processed")
    headers = {"Retry-After": "1"}


@contextmanager
def write_once(key: str, digest: str, *, waits: bool) -> Iterator[SentRequest]:
    """In its block, the request of this key writes and sets `status` and `made` of the row. A repeat finds them set and
    does not write.

    A concurrent request with the same key waits for the first one if `waits`, else InFlight is raised. (SQLite has a
    single writer, so there it always waits.) Raises KeyReused if the key was sent with another digest.
    """
    with atomic():
        if not waits and not _lock(key):
            raise InFlight(
                str(_("Wait a moment and send the same request again: the response will contain its result."))
            )
        SentRequest.objects.bulk_create([SentRequest(key=key, digest=digest)], ignore_conflicts=True)
        row = SentRequest.objects.select_for_update().get(key=key)
        if row.digest != digest:
            raise KeyReused(
                str(_("Another request was sent with this Idempotency-Key. Choose a new key for each new request."))
            )
        is_new = not row.status
        yield row
        if is_new:
            row.save(update_fields=["status", "made"])


def _lock(key: str) -> bool:
    """Locks the key until the end of the transaction. Returns False if another transaction holds it."""
    if connection.vendor != "postgresql":
        return True
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])


@contextmanager
def once(request: HttpRequest) -> Iterator[SentRequest]:
    """`write_once` for forms with a number (`{% sheet %}`): `sent.target = sent.target or write()`.

    The key covers all answers, so a form corrected after Back counts as a new one.
    """
    if not request.POST.get("sheet"):
        yield SentRequest()
        return
    key = _key_of_form(request)
    with write_once(key, key, waits=True) as sent:
        yield sent


def _key_of_form(request: HttpRequest) -> str:
    answers = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    files = file_digests(request.FILES)
    return content_digest({"person": str(request.user.pk), "page": request.path, "answers": answers, "files": files})


def file_digests(files: Any) -> dict[str, list[str]]:
    """Returns the digests of the files of a form by field name."""
    return {name: [_digest(file) for file in files.getlist(name)] for name in files}


def _digest(file: "UploadedFile[Any]") -> str:
    hasher = hashlib.sha256()
    for chunk in file.chunks():
        hasher.update(chunk)
    file.seek(0)
    return hasher.hexdigest()


def forget_old() -> int:
    """Deletes expired rows in batches. Returns the number of rows."""
    forgotten = 0
    while True:
        old = SentRequest.objects.filter(sent_at__lt=times.now() - KEPT).order_by("sent_at")
        batch = list(old.values_list("pk", flat=True)[:BATCH])
        deleted, _by_model = SentRequest.objects.filter(pk__in=batch).delete()
        forgotten += deleted
        if deleted < BATCH:
            return forgotten
