"""Looking for malware in what comes in, by a clamd that the operator runs (CLAMD_SOCKET); without one nothing is looked
at, and the page of the paper says so.

A file in which something is found never becomes a paper: it lies in quarantine, apart from the papers and under no
address, and the journal of the agency names what was found.
"""

import logging
import socket
import struct
from datetime import datetime

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.journal.actions import record_event
from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.organisations.actions import agency_stream
from agencies.organisations.models import Agency

TIMEOUT = 30  # seconds for each step
CHUNK = 64 * 1024
LONGEST_ANSWER = 4096
log = logging.getLogger(__name__)


class ScannerFailed(Exception):
    """The scanner did not answer, or not in the way that its protocol says."""


def refuse_infected(content: bytes, sha256: str, field: str, *, actor: Actor) -> datetime | None:
    """When the file was found clean; None where no scanner is configured.

    Raises Invalid for an infected file, and where the scanner does not answer: then nothing comes in unseen.
    """
    if not settings.CLAMD_SOCKET:
        return None
    try:
        found = malware_in(content, settings.CLAMD_SOCKET)
    except (OSError, ScannerFailed) as failed:
        log.error("the malware scanner failed: %s", failed)
        detail = _("The malware scanner does not answer, so no file can be taken. Try again in some minutes.")
        raise Invalid.field(field, "scanner", detail) from failed
    if found:
        _quarantine(content, sha256, found, actor)
        detail = _("Malware was found in this file: %(name)s. It was put into quarantine and is no paper of the case.")
        raise Invalid.field(field, "infected", detail % {"name": found})
    return times.now()


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


def _quarantine(content: bytes, sha256: str, found: str, actor: Actor) -> None:
    """Kept under its digest, once; the event is committed by itself, for what asked is refused afterwards."""
    storage = storages["quarantine"]
    if not storage.exists(sha256):
        storage.save(sha256, ContentFile(content))
    key = agency_stream(Agency.objects.get(pk=actor.own_agency))
    with transaction.atomic():
        record_event(
            key, actor=actor, verb="quarantine_file", object_kind="agency", object_id=key.subject,
            data={"found": found, "sha256": sha256, "size": len(content)}, visibility=Event.Visibility.OWN,
        )  # fmt: skip
    log.warning("malware in an uploaded file: %s, sha256 %s", found, sha256)
