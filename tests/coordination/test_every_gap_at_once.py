"""A refusal lists everything that is missing at once: the wrong state and every unmet condition."""

import pytest

from agencies.kernel.errors import TransitionRefused
from agencies.kernel.resource import resource_of

from .test_workflow_matrix import STAGES, WHO, perform, put, states_of


def gaps(workflow, verb, actor, thing):
    """Each condition evaluated by itself."""
    return {missing.code for need in workflow.transitions[verb].needs if (missing := need(thing, actor))}


@pytest.mark.slow
@pytest.mark.parametrize("name", STAGES)
def test_a_refused_move_names_every_gap_at_once(cast, name):
    workflow, make = STAGES[name]
    thing = make(cast)
    for verb, line in workflow.transitions.items():
        if line.system or not WHO[name][verb]:
            continue
        actor = cast[min(WHO[name][verb])]
        for state in states_of(workflow):
            put(thing, state)
            missing = gaps(workflow, verb, actor, thing) | ({"state"} if state not in line.sources else set())
            if not missing:
                continue
            with pytest.raises(TransitionRefused) as no:
                perform(actor, thing, verb)
            assert {one.code for one in no.value.missing} == missing, (name, state, verb)
            assert all(one.detail in no.value.detail for one in no.value.missing), (name, state, verb)


@pytest.mark.slow
@pytest.mark.parametrize("name", STAGES)
def test_the_action_behind_the_door_is_refused_as_well(cast, name):
    """Jobs and other actions do not pass through pages or API."""
    workflow, make = STAGES[name]
    thing = make(cast)
    for verb, line in workflow.transitions.items():
        elsewhere = [state for state in states_of(workflow) if state not in line.sources]
        if line.system or not WHO[name][verb] or line.fields or not elsewhere:
            continue
        put(thing, elsewhere[0])
        with pytest.raises(TransitionRefused) as no:
            resource_of(thing).actions_of(thing)[verb](thing, actor=cast[min(WHO[name][verb])])
        assert "state" in {one.code for one in no.value.missing}, (name, verb)
