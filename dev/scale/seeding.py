"""Seeds a database with many cases: the same for the same seed and day, with any number of processes."""

import hashlib
import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

from django.db import connection

from agencies.journal.models import Event, Stream
from cases.casefile.models import CaseNumbers
from cases.casefile.numbers import CAPACITY, permute
from cases.intake.models import Lead
from coordination.insight.metrics.months import sum_up_all
from coordination.insight.search.actions import index_missing
from dev.analysing import analyse

from . import chain, shapes
from .copies import CaseCopy, PreparedCases
from .derived import derive_agencies, derive_figures, derive_work
from .loading import bare_tables, fast_session, keep_sequences, next_id, unchecked
from .matter import prepare_cases
from .world import World

SHAPES = (
    *shapes.SHAPES,
    shapes.WORK,
    shapes.FACT,
    shapes.SEEN,
    chain.STREAM,
    chain.EVENT,
    chain.NOTE,
)
BLOCK = 250  # cases that are prepared; the others are copies of them
# Copies are moved back by some days, so that not all begin at the same second: by STEP, in so many ways.
STEP, WAYS = 4, 8
A_DAY = 86_400


@dataclass(frozen=True)
class SeedResult:
    """`rows` of all tables; `seconds` including index creation; `rolled_up` events a second of the prepared cases."""

    cases: int
    rows: int
    seconds: float
    rolled_up: float | None


def seed(
    cases: int, *, seed: int, now: datetime, processes: int = os.cpu_count() or 1, figures: bool = True,
    report: Callable[[int], None] = lambda done: None,
) -> SeedResult:  # fmt: skip
    """Writes `cases` whole cases, chained and indexed, with work items and figures, by one process for each core.

    Without `figures` these are left to their job. Raises ValueError for a seed already used in this database,
    OverflowError if a year has no number left.
    """
    if Lead.objects.filter(source_ref=f"S-{seed}-1-00000").exists():
        raise ValueError(f"This database already contains the seed {seed}; use another one.")
    began = perf_counter()
    world, numbers = World(seed, now, min(cases, BLOCK)), ReservedNumbers(seed)
    opened = [world.opened() for _ in range(min(cases, BLOCK))]
    prepared = prepare_cases(world, opened)
    copies = list(_copies(cases, opened, world, numbers, prepared.streams_and_events()))
    numbers.keep()
    rows, rolled_up = _write_first(prepared, copies, figures=figures)
    if len(copies) > 1:
        with bare_tables(SHAPES):
            done = BLOCK
            for count, sent in _written(prepared, copies[1:], processes):
                done, rows = done + count, rows + sent
                if done % 10_000 == 0:
                    report(done)
            keep_sequences(Stream, Event)
        if figures:
            sum_up_all()
    analyse(tidy=connection.vendor == "postgresql")  # everything, because pages join seeded and other tables
    for _made in index_missing():
        pass  # nothing is missing, but the bookmark of the index moves to now
    return SeedResult(cases, rows, perf_counter() - began, rolled_up)


def _write_first(prepared: PreparedCases, copies: list[CaseCopy], *, figures: bool) -> tuple[int, float | None]:
    """The first copy, and what the product derives from it. Returns its rows, and `derive_figures`."""
    first, rate = copies[0], None
    with unchecked():
        loader = prepared.write(first)
        loader.flush()
    keep_sequences(Stream, Event)
    analyse()
    derive_work(prepared, first)
    derive_agencies(prepared, first)
    if figures:
        rate = derive_figures(prepared, first)
    return loader.sent, rate


def _copies(
    cases: int, opened: list[int], world: World, numbers: "ReservedNumbers", streams_and_events: tuple[int, int]
) -> Iterator[CaseCopy]:
    first_stream, first_event = next_id(Stream), next_id(Event)
    streams, events = streams_and_events
    for index in range(-(-cases // BLOCK)):
        days = index % WAYS * STEP
        moments = opened[: cases - index * BLOCK]
        taken = [numbers.take(int(world.stamp(moment - days * A_DAY)[:4])) for moment in moments]
        tail = f"{world.seed % 0x10000:04x}{index:08x}"
        yield CaseCopy(index, tail, taken, days, first_stream + index * streams, first_event + index * events)


def _written(prepared: PreparedCases, copies: list[CaseCopy], processes: int) -> Iterator[tuple[int, int]]:
    """Cases and rows of each finished copy.

    In this process for a single copy, on SQLite with its single writer, and within a transaction, whose rows others
    would not see.
    """
    if len(copies) == 1 or processes == 1 or connection.vendor != "postgresql" or connection.in_atomic_block:
        yield from (_write(prepared, copy) for copy in copies)
        return
    connection.close()  # a connection does not survive a fork
    with multiprocessing.get_context("fork").Pool(processes, _begin, [prepared]) as pool:
        yield from pool.imap_unordered(_write_here, copies)


_prepared: PreparedCases  # in processes of the pool


def _begin(prepared: PreparedCases) -> None:
    global _prepared  # the pool's way of giving each process something to keep
    _prepared = prepared
    fast_session()


def _write_here(copy: CaseCopy) -> tuple[int, int]:
    return _write(_prepared, copy)


def _write(prepared: PreparedCases, copy: CaseCopy) -> tuple[int, int]:
    loader = prepared.write(copy)
    loader.flush()
    return len(copy.numbers), loader.sent


class ReservedNumbers:
    """Case numbers of the centre, reserved by year instead of one by one."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.rows: dict[int, CaseNumbers] = {}
        self.taken: Counter[int] = Counter()

    def take(self, year: int) -> str:
        row = self.rows.get(year)
        if row is None:
            key = hashlib.sha256(f"{self.seed}/{year}".encode()).hexdigest()[:32]
            row, _ = CaseNumbers.objects.get_or_create(year=year, defaults={"key": key})
            self.rows[year] = row
        self.taken[year] += 1
        serial = row.last + self.taken[year]
        if serial >= CAPACITY:
            raise OverflowError(f"all case numbers of {year} are used")
        return f"EC-{year}-{permute(serial, row.key):06d}"

    def keep(self) -> None:
        for year, count in self.taken.items():
            CaseNumbers.objects.filter(year=year).update(last=self.rows[year].last + count)
