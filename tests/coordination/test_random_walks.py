"""Random walks of fifty actions, a thousand for each table: for any sequence of actions by anyone, the product and the
reference model (`reference_model.py`, `WHO` of the matrix) give the same answers and reach the same state.

Walks run in memory, with permissions evaluated once by the real rules; a sample runs through the real actions and is
rolled back: REAL_WALKS=1000x50 runs all of them that way, which takes hours. The seed is fixed; WALK_SEED=… sets
another one, and a failure prints it. `.ci/run` runs this on SQLite and on PostgreSQL.
"""

import os
import random
from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.db import transaction

from agencies.confirmations.models import Confirmation
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.work import atomic
from agencies.kernel.workflow import Workflow

from .reference_model import PATHS, Machine, read
from .test_workflow_matrix import ROLES, STAGES, WHO, perform, put, states_of

SEED = int(os.environ.get("WALK_SEED", "20261124"))
WALKS, STEPS = 1000, 50
REAL_WALKS, REAL_STEPS = map(int, os.environ.get("REAL_WALKS", "2x12").split("x"))

WALKED = [name for name, (workflow, _make) in STAGES.items() if workflow.transitions]  # licences have no steps here


def dice(name):
    return random.Random(f"{SEED} {name}")


def test_every_table_and_every_verb_has_its_path_in_the_reference():
    assert {name: set(read(text)) for name, text in PATHS.items()} == {
        name: set(workflow.transitions) for name, (workflow, _make) in STAGES.items()
    }


def in_memory(workflow, may):
    """The same table with its own states, without conditions on rows; permissions are a look-up."""
    transitions = {
        verb: replace(line, needs=(), by=lambda role, thing, verb=verb: (role, verb) in may)
        for verb, line in workflow.transitions.items()
    }
    return Workflow(workflow.name, workflow.states, transitions, workflow.labels, workflow.final)


def who_may(cast, workflow, thing):
    """The permissions by the real rules, in each state; a rule that depends on the state would be noticed here."""
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
    """Stands in for an actor; the table needs nothing else."""

    is_system = is_machine = False


@pytest.mark.slow
@pytest.mark.parametrize("name", WALKED)
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
            # Mostly permitted actions, so that walks get far; sometimes one that is not permitted or not possible.
            verb = roll.choice(ways) if ways and roll.random() < 0.8 else roll.choice(verbs)
            shown = (SEED, walk, step, state, role, verb)
            assert performed(walked, role, verb, ours) == theirs.perform(role, verb), shown
            assert ours.state == theirs.state, shown
            if step % 10 == 0:
                assert set(walked.open_to(role, ours)) == theirs.open_to(role) - system, shown


@pytest.mark.slow
@pytest.mark.parametrize("name", WALKED)
def test_walks_through_the_real_actions_agree_too(cast, name):
    """Only conditions on rows may stop a step, and every step reaches the state of the reference model."""
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
                shown = (SEED, walk, step, thing.state, role, verb)
                answer, state = for_real(cast[role], thing, verb)
                now = type(thing).objects.get(pk=thing.pk)
                # Whatever happened, someone can go on. A watch list changes by imports.
                if name != "listing" and state not in workflow.final:
                    assert any(workflow.open_to(cast[one], now) for one in ROLES), shown
                if answer == "moves":
                    assert theirs.perform(role, verb) == "moves", shown
                    assert state in {theirs.state, *follows(workflow, theirs)}, shown
                else:
                    assert state == thing.state, shown
                    expected = {"forbidden": {"forbidden"}, "state": {"state"}, "moves": {"needs", "input"}}
                    # A claim changes the assignee, taking up the officer, "strike" the named people; `WHO` knows only
                    # those of the stage.
                    expected["moves"] |= {"forbidden"} if name in ("lead", "task", "confidential letter") else set()
                    assert answer in expected[theirs.perform(role, verb)], (*shown, answer)
            transaction.set_rollback(True)


def follows(workflow, machine):
    """Whether the system may move it as a consequence: opening a proceeding takes up its case."""
    paths = {verb: machine.paths[verb] for verb, line in workflow.transitions.items() if line.system}
    return {to for left, to in paths.values() if machine.state in left}


def for_real(actor, thing, verb):
    """The answer of the action, and the state of the object afterwards."""
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
        if isinstance(done.created, Confirmation):  # another person has to agree first
            return "needs", type(thing).objects.get(pk=thing.pk).state
        return "moves", type(thing).objects.get(pk=thing.pk).state if done else thing.state
    return answer, type(thing).objects.get(pk=thing.pk).state
