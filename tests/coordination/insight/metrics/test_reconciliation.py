"""Random histories: after any acts on any day, every figure equals a recount from rows or from events, a rebuild
changes nothing, and the desk of each person shows exactly what they may see.

Many histories are played in one world and recounted together. If a world differs, halves of it are played again, and
the smallest groups that differ are named with their acts. `make reconcile HISTORIES=10000` plays so many; WALK_SEED
selects others.
"""

import os
import random
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pprint import pformat
from typing import Any

import pytest
import time_machine
from django.db import transaction

from agencies.kernel import times
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.work import atomic
from coordination.exchange.reminders.actions import send_letter
from coordination.exchange.reminders.late import key_of, late_items, may_remind
from coordination.insight.metrics.asking import Question, ask_many
from coordination.insight.metrics.following import differing, follow, rebuild
from coordination.insight.metrics.levels import reversed_objects
from coordination.insight.metrics.registry import METRICS
from coordination.prevention.certificates import actions as certificates
from coordination.prevention.routerisk import following as routerisk
from coordination.prevention.screening import actions as screening
from coordination.prevention.stops import watching as stops
from tests import sights
from tests.coordination.test_random_walks import SEED

from .histories import SERIES, STAGES, STARTS, WHO, History, play
from .recounting import from_events, from_rows
from .recounting_prevention import from_prevention

pytestmark = pytest.mark.both_databases  # sums and upserts of the ledger

PARTS = 2
HISTORIES = int(os.environ.get("HISTORIES", len(STARTS)))
MINUTES = float(os.environ.get("MINUTES", "inf")) / PARTS
LONG_AGO = 20 * 365


def answers(actor):
    today = times.today()
    asked = [Question(key, today - timedelta(days=LONG_AGO), today) for key in METRICS]
    return {
        one.question.metric: (one.total.value, one.total.numerator, one.total.denominator)
        for one in ask_many(actor, asked)
    }


def differences(counted, recounted):
    """The figures that a recount does not confirm: (metric, counted, recounted)."""
    found = []
    for metric, expected in recounted.items():
        value, numerator, denominator = counted[metric]
        said = (numerator, denominator) if isinstance(expected, tuple) else value
        found += [(metric, said, expected)] if said != expected else []
    return found


def differences_of(found, said):
    return [(metric, found[metric], said[metric]) for metric in said if found[metric] != said[metric]]


def faults(centre):
    """All differences between the figures and a recount, and between the figures before and after a rebuild."""
    counted, found = answers(centre), []
    found += [("rows", *one) for one in differences(counted, from_rows(centre))]
    found += [("events", *one) for one in differences(counted, from_events())]
    found += [("prevention", *one) for one in differences(counted, from_prevention())]
    found += [("differing", pk) for pk in differing(100_000)]
    found += [("reversed", one) for one in reversed_objects()]
    for is_from_nothing in (False, True):
        for _progress in rebuild(from_nothing=is_from_nothing):
            pass
        found += [("rebuilt", *one) for one in differences_of(answers(centre), counted)]
    return found


def evening(coordinator, roll):
    """The jobs of prevention run, the coordinator reminds one agency of what is late, and the figures follow."""
    for job in (screening.follow_changes, certificates.follow_days, routerisk.follow, stops.expire):
        job()
    late = {row for rows in late_items(coordinator) for row in rows if may_remind(coordinator, row)}
    debtor = roll.choice(sorted({row.debtor_id for row in late}) or [None])
    about = sorted(key_of(row) for row in late if row.debtor_id == debtor)
    with suppress(Invalid, TransitionRefused), atomic():
        send_letter(roll.sample(about, min(len(about), 3)), actor=coordinator)
    follow()


@dataclass
class World:
    """Objects of the stage, each with one history. `done` counts the actions."""

    cast: Any
    stage: list[Any]
    name: str
    done: Counter[tuple[str, str]] = field(default_factory=Counter)

    def faults(self, places):
        """What differs after these histories, and their acts; everything is rolled back."""
        centre, roll = self.cast["centre.supervisor"], random.Random(self.name)
        with transaction.atomic():
            lives = [History(self.cast, self.stage[one], f"{SEED} {self.name} {one}") for one in places]
            end = play(lives, roll, partial(evening, self.cast["centre.coordinator"], roll))
            with time_machine.travel(end, tick=False):  # nothing becomes late between two counts
                found = faults(centre) + [("desks", *one) for one in sights.desks_differing().items()]
            transaction.set_rollback(True)
        for one in lives:
            self.done.update(one.done)
        return found, [one.acts for one in lives]

    def differing(self, places):
        """The smallest groups of histories that differ, found by halving: what differs, and their acts."""
        found, acts = self.faults(places)
        if not found:
            return {}
        half = len(places) // 2
        fewer = self.differing(places[:half]) | self.differing(places[half:]) if half else {}
        return fewer or {f"{self.name} {list(places)}": (found, acts)}


def says(text):
    sys.stderr.write(f"{text}\n")


def say_what_was_reached(done):
    """The transitions of the tables that were performed, and those that never were."""
    reached = of = 0
    for name in SERIES:
        table = [verb for verb, line in STAGES[name][0].transitions.items() if not line.system and WHO[name][verb]]
        never = [verb for verb in table if not done[name, verb]]
        reached, of = reached + len(table) - len(never), of + len(table)
        says(f"{name}: {len(table) - len(never)} of {len(table)} transitions; never: {', '.join(never)}")
    others = sum(1 for name, _verb in done if name not in SERIES)
    says(f"{reached} of {of} transitions, {others} of other tables, {sum(done.values())} acts")


def test_every_figure_is_recounted_from_rows_or_from_events(cast):
    assert set(METRICS) == {*from_rows(cast["centre.supervisor"]), *from_events(), *from_prevention()}


def test_the_figures_of_prevention_equal_a_recount_of_one_object_of_each_kind(cast, prevention):
    """No count is zero and no duration unknown, so that each recount finds what it looks for."""
    follow()
    recounted, counted = from_prevention(), answers(cast["centre.supervisor"])
    assert differences(counted, recounted) == []
    counts = {key: said for key, said in recounted.items() if not key.endswith("_days")}
    assert None not in recounted.values()
    assert [key for key, said in counts.items() if 0 in (said if isinstance(said, tuple) else [said])] == []


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_any_history_is_counted_as_a_recount_would(cast, part):
    wanted, began, cpu = -(-HISTORIES // PARTS), time.monotonic(), time.process_time()
    stage = [make(cast) for _name, make in STARTS[part::PARTS][:wanted]]
    follow()
    played, worlds, done, found = 0, 0, Counter(), {}
    while played < wanted and time.monotonic() - began < 60 * MINUTES:
        places = range(min(len(stage), wanted - played))
        found |= World(cast, stage, f"{part}.{worlds}", done).differing(places)
        played, worlds = played + len(places), worlds + 1
        if worlds % 5 == 0 or played == wanted:
            spent = f"{time.monotonic() - began:.0f} s, {time.process_time() - cpu:.0f} s of the processor"
            says(f"{played} of {wanted} histories, {spent}, seed {SEED}; {len(found)} differ")
    say_what_was_reached(done)
    assert found == {}, pformat(found, width=200)
