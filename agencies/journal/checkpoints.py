"""Checkpoints: how far each chain had grown at a time, told where a later change cannot reach it.

A chain shows that a row was changed, but not that its tail was cut together with its head, that all of it was computed
anew, or that it was deleted. So a job writes down, as an event of the system's stream, the head of every stream that
grew since. The same line stands in a file outside the database (`CHECKPOINT_FILE`) and its authentication code in the
log. The code is made with a key outside the database: the owner of the database alone cannot make a checkpoint that
fits, and cannot take a line out of the file.

What it does not show: what happened after the last checkpoint, and what is done with the database and the files in
one hand. Checkpoints that the agencies sign each for themselves come later.
"""

import fcntl
import hmac
import json
import logging
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import transaction

from agencies.kernel import times
from agencies.kernel.actor import SYSTEM as THE_SYSTEM
from agencies.kernel.encryption import derived_key

from .actions import CHECKPOINT, SYSTEM, locked_stream, record_event
from .digests import canonical
from .models import Event, Stream

KIND = "journal"
# Events of one checkpoint at most; so many ids before the last one are looked at again, for transactions that were
# still open then: what is told twice is told in vain, and what is told once is enough.
MOST, AGAIN = 20_000, 2_000
FRESH = timedelta(minutes=30)  # half of the hour after which the job runs again
FILE = "checkpoint file"  # as the command names it
PART = 64 * 1024  # bytes that are read at once where the end of a line is looked for
SECONDS = 20  # of one run of the job; the next goes on where it ended
logger = logging.getLogger(__name__)


def write_checkpoints() -> int:
    """Tells every head that is not told yet; says in how many checkpoints.

    Where nothing new happened, the hour still gets one; a second run within the hour, as of a job that is delivered
    twice, writes none.
    """
    _mend_file()
    until, newest, written = time.monotonic() + SECONDS, _newest_event(), 0
    while (told := _write()) is not None:
        written += 1
        if told["upto"] >= newest or time.monotonic() > until:
            break
    return written


def _newest_event() -> int:
    found = Event.objects.exclude(object_kind=KIND).order_by("-id").values_list("id", flat=True).first()
    return found or 0


def _last_event() -> Event | None:
    return Event.objects.filter(object_kind=KIND, verb=CHECKPOINT).select_related("note").order_by("-id").first()


def _told_by(event: Event | None) -> dict[str, Any] | None:
    return None if event is None or event.remark is None else event.remark.data


def _write() -> dict[str, Any] | None:
    """One checkpoint, or none where the last one is fresh and nothing happened since."""
    with transaction.atomic():
        # Each checkpoint names the one before it, so of two workers one waits here.
        locked_stream(SYSTEM)
        event = _last_event()
        last = _told_by(event)
        beyond = last["upto"] if last else 0
        ids = Event.objects.filter(id__gt=beyond).exclude(object_kind=KIND).order_by("id").values_list("id", flat=True)
        upto = max(ids[:MOST], default=beyond)
        if event is not None and upto == beyond and event.recorded_at > times.now() - FRESH:
            return None
        grown = Event.objects.filter(id__gt=beyond - AGAIN, id__lte=upto).order_by().values("stream")
        heads = Stream.objects.filter(pk__in=grown).order_by("pk")
        told = {
            "upto": upto,
            "heads": [[one.kind, str(one.subject), one.head_seq, one.head_hash] for one in heads.iterator()],
            "before": last["mac"] if last else "",
        }
        told["mac"] = authentication_code(told)
        record_event(
            SYSTEM, actor=THE_SYSTEM, verb=CHECKPOINT, object_kind=KIND, object_id=SYSTEM.subject, data=told
        )  # fmt: skip
    _append(told)
    logger.info("checkpoint of the journal: %s", told["mac"])
    return told


def authentication_code(told: dict[str, Any]) -> str:
    """The authentication code over a checkpoint without its own, by a key that no database holds."""
    bare = {name: value for name, value in told.items() if name != "mac"}
    return hmac.digest(derived_key("journal: checkpoints"), canonical(bare).encode(), "sha256").hex()


# The file ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """A line of the file. `told` is None where it is no checkpoint: damaged, or torn at the end of the file.

    The last line is torn where the machine went down while it was written; it lacks its end then.
    """

    number: int
    told: dict[str, Any] | None
    is_torn: bool = False


def read_file() -> Iterator[Line]:
    """The lines of the file, the oldest first."""
    path = Path(settings.CHECKPOINT_FILE)
    if path.exists():
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH)  # no line is read that another worker has half written
            for number, line in enumerate(file, start=1):
                is_torn = not line.endswith(b"\n")
                yield Line(number, None if is_torn else _checkpoint_in(line), is_torn)


def _checkpoint_in(line: bytes) -> dict[str, Any] | None:
    """None for what no checkpoint can be; whether it is one of this system, its code says."""
    try:
        told = json.loads(line)
        texts = [told["before"], told["mac"], *(text for head in told["heads"] for text in (head[0], head[1], head[3]))]
        fits = all(isinstance(text, str) for text in texts) and all(isinstance(head[2], int) for head in told["heads"])
    except (ValueError, TypeError, KeyError, IndexError):
        return None
    return told if fits else None


def torn_file() -> Path:
    """Beside the checkpoints: the torn lines that were set aside, one below the other."""
    path = Path(settings.CHECKPOINT_FILE)
    return path.with_name(f"{path.name}.torn")


def _append(told: dict[str, Any]) -> None:
    path = Path(settings.CHECKPOINT_FILE)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _set_torn_aside(file)
        _write_through(file, (canonical(told) + "\n").encode())


def _set_torn_aside(file: IO[bytes]) -> None:
    """A new line must not continue a torn one. It is kept, for it may tell what happened."""
    size = file.seek(0, os.SEEK_END)
    whole, torn = size, b""
    while whole and not torn.startswith(b"\n"):
        whole = file.seek(max(whole - PART, 0))
        torn = file.read(size - whole)
        if (end := torn.rfind(b"\n")) >= 0:
            whole, torn = whole + end + 1, torn[end:]
    torn = torn.removeprefix(b"\n")
    if torn:
        with os.fdopen(os.open(torn_file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as aside:
            _write_through(aside, torn + b"\n")
        file.truncate(whole)
        logger.error("the last line of %s was torn; it was set aside in %s", settings.CHECKPOINT_FILE, torn_file())


def _write_through(file: IO[bytes], line: bytes) -> None:
    file.write(line)
    file.flush()
    os.fsync(file.fileno())


def _mend_file() -> None:
    """After a crash between the commit and the file, the last checkpoint is in the database alone."""
    last = _told_by(_last_event())
    if last and hmac.compare_digest(last["mac"], authentication_code(last)) and last["mac"] not in _codes(read_file()):
        _append(last)


def _codes(lines: Iterable[Line]) -> set[str]:
    return {line.told["mac"] for line in lines if line.told is not None}


# Verifying ------------------------------------------------------------------------------------------------------------
def verify_checkpoints() -> Iterator[tuple[str, int, str]]:
    """(stream, row, why) of everything that does not fit what checkpoints told. Nothing where all of it fits."""
    told = list(_in_database())
    macs = [one["mac"] for one in told]
    before = ""
    for number, one in enumerate(told, start=1):
        if not hmac.compare_digest(one["mac"], authentication_code(one)) or one["before"] != before:
            yield "checkpoints", number, "was not written by this system, or one before it was taken away"
        before = one["mac"]
    known = set(macs)
    kept = list(read_file())
    for line in kept:
        if line.is_torn:
            yield FILE, line.number, "is torn: the line was written half. The next checkpoint sets it aside"
        elif line.told is None:
            yield FILE, line.number, "is damaged: this line is no checkpoint"
        elif not hmac.compare_digest(line.told["mac"], authentication_code(line.told)):
            yield FILE, line.number, "was not written by this system"
        elif line.told["mac"] not in known:
            yield FILE, line.number, "tells a checkpoint that the journal no longer holds"
            told.append(line.told)
    if torn_file().exists():
        yield FILE, 0, f"had a torn line, which was set aside: look at {torn_file()}, then remove it"
    # One may be missing at the end: a crash came between the commit and the file.
    codes = _codes(kept)
    if missing := [mac for mac in macs[:-1] if mac not in codes]:
        yield FILE, 0, f"lacks {len(missing)} checkpoints that the journal holds"
    yield from _wrong_heads(told)


def _in_database() -> Iterator[dict[str, Any]]:
    rows = Event.objects.filter(object_kind=KIND, verb=CHECKPOINT).select_related("note").order_by("id")
    for event in rows.iterator():
        if event.remark is not None:  # without its note the chain of the system is broken, and says so
            yield event.remark.data


def _wrong_heads(told: list[dict[str, Any]]) -> Iterator[tuple[str, int, str]]:
    """The highest head that was told of each stream must still be one of its rows; those below hang on it."""
    heads: dict[tuple[str, str], tuple[int, str]] = {}
    for one in told:
        for kind, subject, seq, digest in one["heads"]:
            if seq >= heads.get((kind, subject), (0, ""))[0]:
                heads[kind, subject] = (seq, digest)
    for (kind, subject), (seq, digest) in sorted(heads.items()):
        if not seq:
            continue
        events = Event.objects.of_stream(kind, subject)  # type: ignore[arg-type]  # as text it is found as well
        now = events.filter(seq=seq).values_list("digest", flat=True).first()
        if now is None:
            gone = "is gone" if not Stream.objects.filter(kind=kind, subject=subject).exists() else "was cut"
            yield f"{kind}:{subject}", seq, f"{gone}: a checkpoint told {seq} rows"
        elif now != digest:
            yield f"{kind}:{subject}", seq, "was computed anew: a checkpoint told another digest of this row"
