"""Seeding a database with many cases: the same ones for the same seed and day."""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

from agencies.journal.models import Event, Stream
from cases.casefile.models import CaseNumbers
from cases.casefile.numbers import CAPACITY, permute
from cases.intake.models import Lead

from . import chain, matter
from .chain import Chains
from .loading import Loader, bare_tables, keep_sequences, next_id
from .matter import Matters
from .world import World

SHAPES = (*matter.SHAPES, chain.STREAM, chain.EVENT, chain.NOTE)


@dataclass(frozen=True)
class Seeded:
    """`rows` of all tables together; `seconds` with the making of the indexes."""

    cases: int
    rows: int
    seconds: float


def seed(cases: int, *, seed: int, now: datetime, told: Callable[[int], None] = lambda done: None) -> Seeded:
    """Writes `cases` whole cases, chained and indexed.

    Raises ValueError for a seed that this database has had, OverflowError when a year has no number left.
    """
    if Lead.objects.filter(source_ref=f"S-{seed}-1").exists():
        raise ValueError(f"This database has had the seed {seed}; the same cases cannot come twice. Give another.")
    began = perf_counter()
    world, loader = World(seed, now, cases), Loader()
    numbers = Numbers(seed)
    with bare_tables(SHAPES):
        chains = Chains(loader, first_stream=next_id(Stream), first_event=next_id(Event))
        matters = Matters(world, loader, chains)
        for count in range(1, cases + 1):
            opened = world.opened()
            matters.write(numbers.take(int(world.stamp(opened)[:4])), opened)
            if count % 10_000 == 0:
                told(count)
        loader.flush()
        numbers.keep()
        keep_sequences(Stream, Event)
    return Seeded(cases, loader.sent, perf_counter() - began)


class Numbers:
    """The centre's case numbers, taken a year at a time instead of one by one."""

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
