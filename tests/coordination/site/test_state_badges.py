import pytest

from agencies.kernel.resource import RESOURCES
from coordination.site.templatetags.civic import TONES, known_icons
from coordination.site.templatetags.states import LOOKS


@pytest.mark.parametrize("resource", RESOURCES.values(), ids=lambda resource: resource.name)
def test_every_state_has_a_tone_and_an_icon(resource):
    looks = LOOKS[resource.model._meta.model_name]

    assert set(looks) == {state for workflow in resource.workflows for state in workflow.states.values}
    assert all(tone in TONES and icon in known_icons() for tone, icon in looks.values())
