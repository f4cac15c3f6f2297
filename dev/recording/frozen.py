"""Freezes time and chance, so that the same code makes the same demonstration twice.

Two versions of the product should also make the same ids. Therefore each model and each function that draws random
bytes has a generator of its own: one that draws more or less often than before changes no other.
"""

import os
import random
import sys
import sysconfig
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import time_machine
from django.apps import apps
from django.db import models
from django.utils import timezone

SEED = "recording"
# A Wednesday morning between two holidays. Not at a full minute: readings of the clock must not pass one.
PREPARED_AT = datetime(2026, 11, 25, 10, 20, 10, tzinfo=timezone.get_fixed_timezone(8 * 60))
SEEN_AT = PREPARED_AT + timedelta(minutes=2)
# Where code lies that is not the product's.
LIBRARIES = ("<", *(sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")))


class Clock:
    """Stands still, but for a microsecond at each reading, because the product sorts by time."""

    def __init__(self) -> None:
        self.readings = 0
        self._traveller: time_machine.travel | None = None

    def set(self, moment: datetime) -> None:
        if self._traveller is not None:
            self._traveller.stop()
        self._traveller = time_machine.travel(moment, tick=False)
        self._traveller.start()
        self.readings = 0

    def now(self) -> datetime:
        self.readings += 1
        return datetime.now(UTC) + timedelta(microseconds=self.readings)


class Chance:
    """Random bytes from one generator for each model or calling function."""

    def __init__(self) -> None:
        self._generators: dict[str, random.Random] = {}

    def bytes(self, size: int) -> bytes:
        """Replaces `os.urandom`."""
        return self._of(_caller()).randbytes(size)

    def id(self, label: str) -> uuid.UUID:
        return uuid.UUID(bytes=self._of(label).randbytes(16), version=4)

    def _of(self, label: str) -> random.Random:
        if label not in self._generators:
            self._generators[label] = random.Random(f"{SEED} {label}")  # noqa: S311 - the same each time is the point
        return self._generators[label]


def _caller() -> str:
    """The innermost function of the product."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(LIBRARIES):
        frame = frame.f_back
    return frame.f_code.co_name


def freeze() -> tuple[Clock, Chance]:
    """Called before Django is set up, because models take `timezone.now` for their defaults."""
    clock, chance = Clock(), Chance()
    os.urandom = chance.bytes
    random._urandom = chance.bytes  # type: ignore[attr-defined]  # what `secrets` draws from
    random.seed(SEED)
    timezone.now = clock.now
    clock.set(PREPARED_AT)
    return clock, chance


def freeze_models(chance: Chance) -> None:
    """Called after Django is set up."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, models.UUIDField) and field.default is uuid.uuid4:
                field.default = _draws(chance, model._meta.label_lower)
    replace_product_clocks()


def _draws(chance: Chance, label: str) -> Callable[[], Any]:
    return partial(chance.id, label)


def replace_product_clocks() -> None:
    """The database and the file system have clocks of their own."""
    # The product can be imported only after Django is set up, which happens after the freeze.
    from agencies.kernel import times
    from dev.clock import ProcessNow

    times.database_clock = ProcessNow
    times.file_time = _file_time


def _file_time(path: Path) -> datetime:
    return datetime.now(UTC)
