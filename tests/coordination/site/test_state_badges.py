import pytest

from agencies.kernel.resource import RESOURCES
from coordination.site.templatetags.civic import TONES, known_icons


@pytest.mark.parametrize("resource", RESOURCES.values(), ids=lambda resource: resource.name)
def test_every_state_has_a_tone_and_an_icon(resource):
    states = {state for workflow in resource.workflows for state in workflow.states.values}
    looks = [resource.look_of(state) for state in states]

    assert set(resource.looks) <= states
    assert all(tone in TONES and icon in known_icons() for tone, icon in looks)
