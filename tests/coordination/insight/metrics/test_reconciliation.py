"""Random histories: after any acts on any day, every figure equals a recount from rows or from events, past answers
stay what they were, and a rebuild changes nothing, even of an empty ledger.

`make reconcile HISTORIES=10000` runs so many; WALK_SEED selects others, and a failure names its history.
"""

import os
import random
import sys
import time
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from agencies.kernel import times
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.work import atomic
from coordination.insight.metrics.asking import Question, ask_many
from coordination.insight.metrics.cells import KEY, SUMS
from coordination.insight.metrics.following import differing, follow, rebuild
from coordination.insight.metrics.models import Cell
from coordination.insight.metrics.registry import METRICS
from tests.coordination.test_random_walks import SEED
from tests.coordination.test_workflow_matrix import ROLES, STAGES, perform

from .recounting import from_events, from_rows

SERIES = (
    *("lead", "case", "administrative", "criminal", "decision", "suspect", "measure"),
    *("criminal transfer", "assistance", "supervision of filing", "task", "lot"),
)
DAYS, APART = 4, timedelta(days=3)
HISTORIES = -(-int(os.environ.get("HISTORIES", len(SERIES))) // len(SERIES))  # of each series
MINUTES = float(os.environ.get("MINUTES", "inf")) / len(SERIES)
LONG_AGO = 20 * 365


def answers(actor, **more):
    today = more.pop("last", times.today())
    asked = [Question(key, today - timedelta(days=LONG_AGO), today, **more) for key in METRICS]
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


def end_of_today():
    return timezone.localtime().replace(hour=23, minute=59, second=59, microsecond=999_000)


def cells():
    return {row[: len(KEY)]: row[len(KEY) :] for row in Cell.objects.values_list(*KEY, *SUMS) if any(row[len(KEY) :])}


def act(cast, roll, thing, workflow):
    """One possible act by any person; what is refused changes nothing."""
    thing = type(thing).objects.get(pk=thing.pk)
    role = roll.choice([one for one in ROLES if workflow.open_to(cast[one], thing)] or ROLES)
    verbs = [verb for verb in workflow.open_to(cast[role], thing) if verb != "classify"]
    if verbs:
        try:
            with atomic():
                perform(cast[role], thing, roll.choice(verbs))
        except (Forbidden, Invalid, TransitionRefused):
            return


def plays(cast, roll, thing, workflow):
    """Some days with some acts each. Returns one of the days, and what the figures said on its evening."""
    start, noted = timezone.now(), roll.randrange(DAYS)
    for day in range(DAYS):
        with time_machine.travel(start + day * APART):
            for _act in range(roll.randint(1, 3)):
                act(cast, roll, thing, workflow)
            follow()
            if day == noted:
                with time_machine.travel(end_of_today(), tick=False):
                    then, said = times.today(), answers(cast["centre.supervisor"])
    return start + DAYS * APART, then, said


def reconciles(centre, then, said):
    counted = answers(centre)
    assert differences(counted, from_rows(centre)) == []
    assert differences(counted, from_events()) == []
    assert answers(centre, last=then, known_on=then) == said
    assert differing(1000) == []
    followed = cells()
    for _progress in rebuild():
        assert cells() == followed
    assert cells() == followed
    for _progress in rebuild(from_nothing=True):
        pass
    assert answers(centre, last=then, known_on=then) == said
    assert answers(centre) == counted


def says(name, done, began):
    sys.stderr.write(f"{name}: {done} of {HISTORIES} histories, {time.monotonic() - began:.0f} s\n")


def test_every_figure_is_recounted_from_rows_or_from_events(cast):
    assert set(METRICS) == {*from_rows(cast["centre.supervisor"]), *from_events()}


@pytest.mark.half
@pytest.mark.parametrize("name", SERIES)
def test_any_history_is_counted_as_a_recount_would_and_stays_known_as_it_was(cast, name):
    workflow, make = STAGES[name]
    thing, began, done = make(cast), time.monotonic(), 0
    for history in range(HISTORIES):
        with atomic():
            end, then, said = plays(cast, random.Random(f"{SEED} {name} {history}"), thing, workflow)
            with time_machine.travel(end):
                reconciles(cast["centre.supervisor"], then, said)
            transaction.set_rollback(True)
        done += 1
        if done % 50 == 0:
            says(name, done, began)
        if time.monotonic() - began > 60 * MINUTES:
            break
    says(name, done, began)
