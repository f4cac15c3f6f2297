"""Looking for malware in what comes in, by a clamd that the operator runs (CLAMD_SOCKET); without one nothing is looked
at, and the page of the paper says so.

A file in which something is found is never taken: it lies in quarantine, apart from the papers and under no address.
The journal of the agency names what was found, and the uploader and the administrators of the agency are notified. No
name of a file is kept or logged: it may name a person.

Every file of every request is scanned before its page or operation runs (`coordination.scanned`), outside of the
transaction that its refusal undoes.
"""

import hashlib
import logging
import socket
import struct
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.journal.actions import record_event
from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor, Role
from agencies.kernel.uploads import Verdict
from agencies.organs.actions import agency_stream
from agencies.organs.models import Agency
from agencies.people.models import Membership, User

from .models import QuarantineNotice

TIMEOUT = 30  # seconds for each step
CHUNK = 64 * 1024
LONGEST_ANSWER = 4096
log = logging.getLogger(__name__)


class ScannerFailed(Exception):
    """The scanner did not answer, or not in the way that its protocol says."""


def scan(file: "File[Any]", *, actor: Actor) -> None:
    """Writes the verdict on the file, once however often it is asked."""
    if getattr(file, "verdict", None) is not None:
        return
    if not settings.CLAMD_SOCKET:
        verdict = Verdict()
    else:
        file.seek(0)
        verdict = _verdict(file.read(), actor)
        file.seek(0)
    file.verdict = verdict  # type: ignore[attr-defined]  # kept with the file, as `refuse_unclean` reads it


def _verdict(content: bytes, actor: Actor) -> Verdict:
    """A scanner that does not answer refuses too: what comes in unseen once is never scanned again."""
    try:
        found = malware_in(content, settings.CLAMD_SOCKET)
    except (OSError, ScannerFailed) as failed:
        log.error("the malware scanner failed: %s", failed)
        detail = _("The malware scanner does not answer, so no file can be taken. Try again in some minutes.")
        return Verdict(code="scanner", detail=detail)
    if not found:
        return Verdict(times.now())
    _quarantine(content, found, actor)
    detail = _("Malware was found in this file: %(name)s. It was put into quarantine, and nothing of it was taken.")
    return Verdict(code="infected", detail=detail % {"name": found})


def malware_in(content: bytes, address: str) -> str:
    """The name of what clamd finds, "" for nothing. `address` is the path of its socket, or host:port.

    The protocol: `zINSTREAM`, then chunks with their length before them, a chunk of none, and one answer that ends with
    a zero byte (clamd(8)). Raises OSError or ScannerFailed.
    """
    with _connected(address) as connection:
        connection.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), CHUNK):
            chunk = content[start : start + CHUNK]
            connection.sendall(struct.pack("!L", len(chunk)) + chunk)
        connection.sendall(struct.pack("!L", 0))
        answer = _answer_of(connection)
    verdict = answer.removeprefix("stream: ")
    if verdict == "OK":
        return ""
    if verdict.endswith(" FOUND"):
        return verdict.removesuffix(" FOUND")[:200]
    raise ScannerFailed(answer[:200] or "no answer")


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(TIMEOUT)
            connection.connect(address)
        except OSError:
            connection.close()
            raise
        return connection
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), TIMEOUT)


def _answer_of(connection: socket.socket) -> str:
    told = b""
    while not told.endswith(b"\0") and len(told) < LONGEST_ANSWER:
        part = connection.recv(LONGEST_ANSWER)
        if not part:
            break
        told += part
    return told.rstrip(b"\0").decode(errors="replace").strip()


def _quarantine(content: bytes, found: str, actor: Actor) -> None:
    """Kept under its digest, once."""
    sha256, storage = hashlib.sha256(content).hexdigest(), storages["quarantine"]
    if not storage.exists(sha256):
        storage.save(sha256, ContentFile(content))
    organ = Agency.objects.get(pk=actor.own_organ)
    key = agency_stream(organ)
    with transaction.atomic():
        event = record_event(
            key, actor=actor, verb="quarantine_file", object_kind="agency", object_id=key.subject,
            data={"found": found, "sha256": sha256, "size": len(content)}, reach=Event.Reach.OWN,
        )  # fmt: skip
        people = {*_administrators(organ), *([UUID(actor.id)] if actor.kind == "user" else [])}
        QuarantineNotice.objects.bulk_create(QuarantineNotice(event=event, person_id=one) for one in sorted(people))
    log.warning("malware in an uploaded file: %s, sha256 %s", found, sha256)


def _administrators(organ: Agency) -> set[UUID]:
    """Of the agency; where it has none who can sign in, of the system."""
    able = User.objects.able_to_sign_in().values("pk")
    held = Membership.objects.current().filter(user__in=able)
    own = held.filter(role=Role.AGENCY_ADMIN, user__organ=organ)
    return set((own if own.exists() else held.filter(role=Role.SYSADMIN)).values_list("user", flat=True))
