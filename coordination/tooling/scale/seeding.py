"""Seeds a database with many cases: the same for the same seed and day, with any number of processes."""

import hashlib
import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from time import perf_counter

from django.db import connection

from agencies.journal.models import Event, Stream
from agencies.kernel.statistics import analyse
from agencies.kernel.work import REGISTER
from agencies.work.rebuilding import rebuild
from cases.casefile.models import CaseNumbers
from cases.casefile.numbers import CAPACITY, permute
from cases.intake.models import Lead
from coordination.insight.search.actions import index_missing

from . import chain, shapes
from .chain import Chains
from .loading import Loader, bare_tables, fast_session, keep_sequences, next_id
from .matter import Matters
from .world import World

SHAPES = (*shapes.SHAPES, chain.STREAM, chain.EVENT, chain.NOTE)
BLOCK = 1_000  # cases that one process writes at a time, from its own random numbers
# For each case; lets blocks number events and streams independently. The streams are those of the case, of its report
# and possibly of a waiting one.
EVENTS_AT_MOST, STREAMS_AT_MOST = 64, 3


@dataclass(frozen=True)
class Seeded:
    """`rows` of all tables; `seconds` including index creation."""

    cases: int
    rows: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Block:
    """A range of cases (number, time of opening) and the first ids reserved for it."""

    index: int
    matters: list[tuple[str, int]]
    first_stream: int
    first_event: int


def seed(
    cases: int, *, seed: int, now: datetime, processes: int = os.cpu_count() or 1,
    report: Callable[[int], None] = lambda done: None,
) -> Seeded:  # fmt: skip
    """Writes `cases` whole cases, chained and indexed, with one process for each core.

    Raises ValueError for a seed already used in this database, OverflowError if a year has no number left.
    """
    if Lead.objects.filter(source_ref=f"S-{seed}-1").exists():
        raise ValueError(f"This database already contains the seed {seed}; use another one.")
    began, done, rows = perf_counter(), 0, 0
    world, numbers = World(seed, now, cases), Numbers(seed)
    with bare_tables(SHAPES):
        for written, sent in _written(list(_blocks(cases, world, numbers)), world, processes):
            done, rows = done + written, rows + sent
            if done % 10_000 == 0:
                report(done)
        numbers.keep()
        keep_sequences(Stream, Event)
    for kind in REGISTER:
        for _part in rebuild(kind):
            pass
    analyse(tidy=connection.vendor == "postgresql")  # everything, because pages join seeded and other tables
    for _made in index_missing():
        pass  # nothing is missing, but the bookmark of the index moves to now
    return Seeded(cases, rows, perf_counter() - began)


def _blocks(cases: int, world: World, numbers: "Numbers") -> Iterator[Block]:
    first_stream, first_event = next_id(Stream), next_id(Event)
    opened = (world.opened() for _ in range(cases))
    matters = ((numbers.take(int(world.stamp(moment)[:4])), moment) for moment in opened)
    for index in range(-(-cases // BLOCK)):
        before = index * BLOCK
        yield Block(
            index,
            list(islice(matters, BLOCK)),
            first_stream + before * STREAMS_AT_MOST,
            first_event + before * EVENTS_AT_MOST,
        )  # fmt: skip


def _written(blocks: list[Block], world: World, processes: int) -> Iterator[tuple[int, int]]:
    """Cases and rows of each finished block.

    In this process for a single block, on SQLite with its single writer, and within a transaction, whose rows others
    would not see.
    """
    if len(blocks) == 1 or processes == 1 or connection.vendor != "postgresql" or connection.in_atomic_block:
        yield from (_write(world, block) for block in blocks)
        return
    connection.close()  # a connection does not survive a fork
    with multiprocessing.get_context("fork").Pool(processes, _begin, [world]) as pool:
        yield from pool.imap_unordered(_write_here, blocks)


_world: World  # in processes of the pool


def _begin(world: World) -> None:
    global _world  # the pool's way of giving each process something to keep
    _world = world
    fast_session()


def _write_here(block: Block) -> tuple[int, int]:
    return _write(_world, block)


def _write(world: World, block: Block) -> tuple[int, int]:
    world.draw_from(block.index)
    loader = Loader()
    matters = Matters(world, loader, Chains(loader, first_stream=block.first_stream, first_event=block.first_event))
    matters.serial = block.index * BLOCK
    for number, opened in block.matters:
        matters.write(number, opened)
    if matters.chains.event_id > block.first_event + BLOCK * EVENTS_AT_MOST:
        raise OverflowError(f"more than {EVENTS_AT_MOST} events for a case")
    loader.flush()
    return len(block.matters), loader.sent


class Numbers:
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
