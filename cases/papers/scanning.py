"""Malware scan of uploads by the operator's clamd (CLAMD_SOCKET). Without it nothing is scanned, and the page of the
paper says so.

An infected file never becomes a paper. It is stored in quarantine without a URL, and an event of the agency names the
malware.
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
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor, Role
from agencies.kernel.uploads import Verdict
from agencies.kernel.work import atomic
from agencies.organisations.actions import agency_stream
from agencies.organisations.models import Agency
from agencies.people.models import Membership, User

from .models import QuarantineNotice

TIMEOUT = 30  # seconds for each step
CHUNK = 64 * 1024
LONGEST_ANSWER = 4096
log = logging.getLogger(__name__)


class ScannerFailed(Exception):
    """The scanner did not answer, or not according to its protocol."""


def scan(file: "File[Any]", *, actor: Actor) -> None:
    """Scans the file and stores the verdict on it. Only the first call scans."""
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
    """A scanner that does not answer refuses the file, because an accepted one would never be scanned again."""
    try:
        found = find_malware(content, settings.CLAMD_SOCKET)
    except (OSError, ScannerFailed) as failed:
        log.error("the malware scanner failed: %s", failed)
        detail = _("The malware scanner does not respond, so files cannot be accepted. Try again in some minutes.")
        return Verdict(code="scanner", detail=detail)
    if not found:
        return Verdict(times.now())
    _quarantine(content, found, actor)
    detail = _("Malware was found in this file: %(name)s. It was put into quarantine, and nothing of it was taken.")
    return Verdict(code="infected", detail=detail % {"name": found})


def find_malware(content: bytes, address: str) -> str:
    """The name of what clamd finds, "" for nothing. `address` is the path of its socket, or host:port.

    Protocol (clamd(8)): `zINSTREAM`, chunks preceded by their length, an empty chunk, and one answer that ends with a
    zero byte. Raises OSError or ScannerFailed.
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
    received = b""
    while not received.endswith(b"\0") and len(received) < LONGEST_ANSWER:
        part = connection.recv(LONGEST_ANSWER)
        if not part:
            break
        received += part
    return received.rstrip(b"\0").decode(errors="replace").strip()


def _quarantine(content: bytes, found: str, actor: Actor) -> None:
    """Stores the file once, under its digest. The event has its own transaction, because the request is refused
    afterwards.
    """
    sha256, storage = hashlib.sha256(content).hexdigest(), storages["quarantine"]
    if not storage.exists(sha256):
        storage.save(sha256, ContentFile(content))
    agency = Agency.objects.get(pk=actor.own_agency)
    key = agency_stream(agency)
    with atomic():
        event = record_event(
            key,
            actor=actor,
            action=Action(
                "quarantine_file", "agency", key.subject, data={"found": found, "sha256": sha256, "size": len(content)}
            ),
            audience=Audience(Event.Visibility.OWN),
        )
        people = {*_administrators(agency), *([UUID(actor.id)] if actor.kind == "user" else [])}
        QuarantineNotice.objects.bulk_create(QuarantineNotice(event=event, person_id=one) for one in sorted(people))
    log.warning("malware in an uploaded file: %s, sha256 %s", found, sha256)


def _administrators(agency: Agency) -> set[UUID]:
    """Administrators of the agency; if none of them can sign in, those of the system."""
    able = User.objects.able_to_sign_in().values("pk")
    held = Membership.objects.current().filter(user__in=able)
    own = held.filter(role=Role.AGENCY_ADMIN, user__agency=agency)
    return set((own if own.exists() else held.filter(role=Role.SYSADMIN)).values_list("user", flat=True))
