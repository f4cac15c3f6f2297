"""A thousand walks of fifty steps for each table: whatever anybody presses in whatever order, the product's machine and
the reference beside it (`reference_model.py`, `WHO` of the matrix) give the same answers and stand in the same state.

Walked in memory, with who-may asked once of the real rules; a sample is walked through the real actions and undone:
REAL_WALKS=1000x50 walks all of them so, which takes hours. The seed is fixed; another one is tried with WALK_SEED=…
and named by a failure. `.ci/run` runs this on SQLite and on PostgreSQL.
"""

import os
import random
from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.db import transaction

from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.work import atomic
from agencies.kernel.workflow import Workflow

from .reference_model import PATHS, Machine, read
from .test_workflow_matrix import ROLES, STAGES, WHO, perform, put, states_of

SEED = int(os.environ.get("WALK_SEED", "20261124"))
WALKS, STEPS = 1000, 50
REAL_WALKS, REAL_STEPS = map(int, os.environ.get("REAL_WALKS", "2x12").split("x"))


def dice(name):
    return random.Random(f"{SEED} {name}")


def test_every_table_and_every_verb_has_its_path_in_the_reference():
    assert {name: set(read(text)) for name, text in PATHS.items()} == {
        name: set(workflow.transitions) for name, (workflow, _make) in STAGES.items()
    }


def in_memory(workflow, may):
    """The same table with its own states, without what must be true of rows; who may is a look-up."""
    transitions = {
        verb: replace(line, needs=(), by=lambda role, thing, verb=verb: (role, verb) in may)
        for verb, line in workflow.transitions.items()
    }
    return Workflow(workflow.name, workflow.states, transitions, workflow.labels, workflow.final)


def who_may(cast, workflow, thing):
    """What the real rules say, in each state: a rule that looked at the state would show here."""
    found = None
    for state in states_of(workflow):
        put(thing, state)
        pairs = {
            (role, verb) for role in ROLES for verb in workflow.transitions if workflow.may(verb, cast[role], thing)
        }
        assert found in (None, pairs), state
        found = pairs
    return found


def performed(workflow, role, verb, thing):
    try:
        line = workflow.check(verb, role, thing)
    except Forbidden:
        return "forbidden"
    except TransitionRefused as refused:
        return ",".join(missing.code for missing in refused.missing)
    thing.state = line.to or thing.state
    return "moves"


class Role(str):
    """Stands for an actor: the table asks nothing else of one."""

    is_system = False


@pytest.mark.parametrize("name", STAGES)
def test_a_thousand_walks_agree_with_the_reference(cast, name):
    workflow, make = STAGES[name]
    thing, roll = make(cast), dice(name)
    walked, states = in_memory(workflow, who_may(cast, workflow, thing)), states_of(workflow)
    roles, verbs, paths = [Role(role) for role in ROLES], sorted(workflow.transitions), read(PATHS[name])
    system = {verb for verb, line in workflow.transitions.items() if line.system}
    for walk in range(WALKS):
        state = roll.choice(states)
        ours, theirs = SimpleNamespace(state=state), Machine(paths, WHO[name], state)
        for step in range(STEPS):
            role = roll.choice(roles)
            ways = sorted(theirs.open_to(role))
            # Mostly on, so that walks get far; sometimes what nobody may or nothing allows.
            verb = roll.choice(ways) if ways and roll.random() < 0.8 else roll.choice(verbs)
            told = (SEED, walk, step, state, role, verb)
            assert performed(walked, role, verb, ours) == theirs.perform(role, verb), told
            assert ours.state == theirs.state, told
            if step % 10 == 0:
                assert set(walked.open_to(role, ours)) == theirs.open_to(role) - system, told


@pytest.mark.parametrize("name", STAGES)
def test_walks_through_the_real_actions_agree_too(cast, name):
    """What rows forbid may stop a step; nothing else may, and no step leads where the reference does not."""
    workflow, make = STAGES[name]
    thing, roll = make(cast), dice(f"{name} for real")
    for walk in range(REAL_WALKS):
        with atomic():
            for step in range(REAL_STEPS):
                thing = type(thing).objects.get(pk=thing.pk)
                theirs = Machine(read(PATHS[name]), WHO[name], thing.state)
                role = roll.choice([one for one in ROLES if theirs.open_to(one)] or ROLES)
                open_now = sorted(v for v in theirs.open_to(role) if not workflow.transitions[v].system)
                verb = roll.choice(
                    open_now or sorted(v for v in workflow.transitions if not workflow.transitions[v].system)
                )
                told = (SEED, walk, step, thing.state, role, verb)
                answer, state = for_real(cast[role], thing, verb)
                if answer == "moves":
                    assert theirs.perform(role, verb) == "moves", told
                    assert state in {theirs.state, *follows(workflow, theirs)}, told
                else:
                    assert state == thing.state, told
                    expected = {"forbidden": {"forbidden"}, "state": {"state"}, "moves": {"needs", "input"}}
                    # A claim changes the assignee, and "strike" who is named; `WHO` knows only those of the stage.
                    expected["moves"] |= {"forbidden"} if name in ("task", "confidential letter") else set()
                    assert answer in expected[theirs.perform(role, verb)], (*told, answer)
            transaction.set_rollback(True)


def follows(workflow, machine):
    """Where the system may move it on as a consequence: a proceeding that is opened takes its case in hand."""
    paths = {verb: machine.paths[verb] for verb, line in workflow.transitions.items() if line.system}
    return {to for left, to in paths.values() if machine.state in left}


def for_real(actor, thing, verb):
    """What the door answers, and the state in which the thing then stands."""
    try:
        with atomic():
            done = perform(actor, thing, verb)
    except Forbidden:
        answer = "forbidden"
    except Invalid:
        answer = "input"
    except TransitionRefused as refused:
        answer = "state" if "state" in {missing.code for missing in refused.missing} else "needs"
    else:
        return "moves", type(thing).objects.get(pk=thing.pk).state if done else thing.state
    return answer, type(thing).objects.get(pk=thing.pk).state
