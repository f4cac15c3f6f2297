"""Checkpoints: the length of each chain at a time, recorded where a later change cannot reach it.

A chain reveals a changed row. It does not reveal that its tail was cut together with its head, that it was recomputed
as a whole, or that it was deleted. A job therefore records, as an event of the system stream, the head of every stream
that has grown. The same record is appended to a file outside the database (`CHECKPOINT_FILE`), and its authentication
code is logged. The code uses a key outside the database, so the owner of the database alone can neither forge a
checkpoint nor remove one from the file.

Not covered: events after the last checkpoint, and changes by someone who controls both the database and the files.
Checkpoints signed by each agency are planned.
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

from agencies.kernel import times
from agencies.kernel.actor import SYSTEM as THE_SYSTEM
from agencies.kernel.encryption import derived_key
from agencies.kernel.work import atomic

from .actions import CHECKPOINT, SYSTEM, Action, locked_stream, record_event
from .digests import canonical
from .models import Event, Stream

KIND = "journal"
# MOST: events per checkpoint. AGAIN: ids before the last checkpoint that are read again, for transactions that were
# still open then. Recording a head twice does no harm.
MOST, AGAIN = 20_000, 2_000
FRESH = timedelta(minutes=30)  # half of the hour between two runs of the job
FILE = "checkpoint file"  # name in the output of the command
PART = 64 * 1024  # bytes per read when searching for the end of a line
SECONDS = 20  # limit of one run of the job; the next run continues
logger = logging.getLogger(__name__)


def write_checkpoints() -> int:
    """Records every head not recorded yet. Returns the number of checkpoints.

    Without new events the hour still gets one checkpoint. A second run within the hour, such as a duplicate delivery,
    writes none.
    """
    _mend_file()
    deadline, newest, written = time.monotonic() + SECONDS, _newest_event(), 0
    while (checkpoint := _write_next()) is not None:
        written += 1
        if checkpoint["upto"] >= newest or time.monotonic() > deadline:
            break
    return written


def _newest_event() -> int:
    found = Event.objects.exclude(object_kind=KIND).order_by("-id").values_list("id", flat=True).first()
    return found or 0


def _last_event() -> Event | None:
    return Event.objects.filter(object_kind=KIND, verb=CHECKPOINT).select_related("note").order_by("-id").first()


def _checkpoint_of(event: Event | None) -> dict[str, Any] | None:
    return None if event is None or event.remark is None else event.remark.data


def _write_next() -> dict[str, Any] | None:
    """Writes and returns one checkpoint, or None if the last one is recent and nothing happened since."""
    with atomic():
        # Each checkpoint refers to the previous one, so concurrent workers wait here.
        locked_stream(SYSTEM)
        event = _last_event()
        last = _checkpoint_of(event)
        beyond = last["upto"] if last else 0
        ids = Event.objects.filter(id__gt=beyond).exclude(object_kind=KIND).order_by("id").values_list("id", flat=True)
        upto = max(ids[:MOST], default=beyond)
        if event is not None and upto == beyond and event.recorded_at > times.now() - FRESH:
            return None
        grown = Event.objects.filter(id__gt=beyond - AGAIN, id__lte=upto).order_by().values("stream")
        heads = Stream.objects.filter(pk__in=grown).order_by("pk")
        checkpoint = {
            "upto": upto,
            "heads": [[one.kind, str(one.subject), one.head_seq, one.head_hash] for one in heads.iterator()],
            "before": last["mac"] if last else "",
        }
        checkpoint["mac"] = authentication_code(checkpoint)
        record_event(SYSTEM, actor=THE_SYSTEM, action=Action(CHECKPOINT, KIND, SYSTEM.subject, data=checkpoint))
    _append(checkpoint)
    logger.info("checkpoint of the journal: %s", checkpoint["mac"])
    return checkpoint


def authentication_code(checkpoint: dict[str, Any]) -> str:
    """Returns the authentication code of a checkpoint without its own `mac`, by a key outside the database."""
    content = {name: value for name, value in checkpoint.items() if name != "mac"}
    return hmac.digest(derived_key("journal: checkpoints"), canonical(content).encode(), "sha256").hex()


# The file ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class CheckpointLine:
    """A line of the file. `checkpoint` is None if the line is damaged or torn.

    A torn line is the last one without its line end: the machine went down while writing it.
    """

    number: int
    checkpoint: dict[str, Any] | None
    is_torn: bool = False


def read_file() -> Iterator[CheckpointLine]:
    """Yields the lines of the file, oldest first."""
    path = Path(settings.CHECKPOINT_FILE)
    if path.exists():
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH)  # prevents reading a line another worker is writing
            for number, line in enumerate(file, start=1):
                is_torn = not line.endswith(b"\n")
                yield CheckpointLine(number, None if is_torn else _checkpoint_in(line), is_torn)


def _checkpoint_in(line: bytes) -> dict[str, Any] | None:
    """Parses a line. Returns None if it cannot be a checkpoint; the code shows whether this system wrote it."""
    try:
        checkpoint = json.loads(line)
        values = [
            checkpoint["before"],
            checkpoint["mac"],
            *(text for head in checkpoint["heads"] for text in (head[0], head[1], head[3])),
        ]
        is_valid = all(isinstance(text, str) for text in values) and all(
            isinstance(head[2], int) for head in checkpoint["heads"]
        )
    except (ValueError, TypeError, KeyError, IndexError):
        return None
    return checkpoint if is_valid else None


def torn_file() -> Path:
    """Returns the path of the file that keeps torn lines, in the folder of the checkpoint file."""
    path = Path(settings.CHECKPOINT_FILE)
    return path.with_name(f"{path.name}.torn")


def _append(checkpoint: dict[str, Any]) -> None:
    path = Path(settings.CHECKPOINT_FILE)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _set_torn_aside(file)
        _write_through(file, (canonical(checkpoint) + "\n").encode())


def _set_torn_aside(file: IO[bytes]) -> None:
    """Moves a torn last line to the torn file, so that a new line does not continue it. It is kept as evidence."""
    size = file.seek(0, os.SEEK_END)
    whole, torn = size, b""
    while whole and not torn.startswith(b"\n"):
        whole = file.seek(max(whole - PART, 0))
        torn = file.read(size - whole)
        if (end := torn.rfind(b"\n")) >= 0:
            whole, torn = whole + end + 1, torn[end:]
    torn = torn.removeprefix(b"\n")
    if torn:
        with os.fdopen(os.open(torn_file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as torn_lines:
            _write_through(torn_lines, torn + b"\n")
        file.truncate(whole)
        logger.error("the last line of %s was torn; it was set aside in %s", settings.CHECKPOINT_FILE, torn_file())


def _write_through(file: IO[bytes], line: bytes) -> None:
    file.write(line)
    file.flush()
    os.fsync(file.fileno())


def _mend_file() -> None:
    """Appends the last checkpoint if a crash between commit and file write left it in the database only."""
    last = _checkpoint_of(_last_event())
    if last and hmac.compare_digest(last["mac"], authentication_code(last)) and last["mac"] not in _codes(read_file()):
        _append(last)


def _codes(lines: Iterable[CheckpointLine]) -> set[str]:
    return {line.checkpoint["mac"] for line in lines if line.checkpoint is not None}


# Verifying ------------------------------------------------------------------------------------------------------------
def verify_checkpoints() -> Iterator[tuple[str, int, str]]:
    """Yields (stream, row, reason) for everything that contradicts the checkpoints."""
    checkpoints = list(_in_database())
    macs = [checkpoint["mac"] for checkpoint in checkpoints]
    previous = ""
    for number, checkpoint in enumerate(checkpoints, start=1):
        if (
            not hmac.compare_digest(checkpoint["mac"], authentication_code(checkpoint))
            or checkpoint["before"] != previous
        ):
            yield "checkpoints", number, "was not written by this system, or an earlier one was removed"
        previous = checkpoint["mac"]
    known = set(macs)
    lines = list(read_file())
    for line in lines:
        if line.is_torn:
            yield FILE, line.number, "is torn: the line was only partly written. The next checkpoint sets it aside"
        elif line.checkpoint is None:
            yield FILE, line.number, "is damaged: this line is no checkpoint"
        elif not hmac.compare_digest(line.checkpoint["mac"], authentication_code(line.checkpoint)):
            yield FILE, line.number, "was not written by this system"
        elif line.checkpoint["mac"] not in known:
            yield FILE, line.number, "holds a checkpoint that is missing in the journal"
            checkpoints.append(line.checkpoint)
    if torn_file().exists():
        yield FILE, 0, f"had a torn line, which was set aside: inspect {torn_file()}, then remove it"
    # The last one may be missing after a crash between commit and file write.
    codes = _codes(lines)
    if missing := [mac for mac in macs[:-1] if mac not in codes]:
        yield FILE, 0, f"lacks {len(missing)} checkpoints that the journal holds"
    yield from _wrong_heads(checkpoints)


def _in_database() -> Iterator[dict[str, Any]]:
    rows = Event.objects.filter(object_kind=KIND, verb=CHECKPOINT).select_related("note").order_by("id")
    for event in rows.iterator():
        if event.remark is not None:  # a missing note is reported as a break in the system chain
            yield event.remark.data


def _wrong_heads(checkpoints: list[dict[str, Any]]) -> Iterator[tuple[str, int, str]]:
    """Checks that the highest recorded head of each stream is still one of its rows. Lower rows are covered by it."""
    heads: dict[tuple[str, str], tuple[int, str]] = {}
    for checkpoint in checkpoints:
        for kind, subject, seq, digest in checkpoint["heads"]:
            if seq >= heads.get((kind, subject), (0, ""))[0]:
                heads[kind, subject] = (seq, digest)
    for (kind, subject), (seq, digest) in sorted(heads.items()):
        if not seq:
            continue
        events = Event.objects.of_stream(kind, subject)  # type: ignore[arg-type]  # the text of a UUID finds it as well
        stored = events.filter(seq=seq).values_list("digest", flat=True).first()
        if stored is None:
            gone = "is gone" if not Stream.objects.filter(kind=kind, subject=subject).exists() else "was cut"
            yield f"{kind}:{subject}", seq, f"{gone}: a checkpoint recorded {seq} rows"
        elif stored != digest:
            yield f"{kind}:{subject}", seq, "was recomputed: a checkpoint recorded another digest of this row"
