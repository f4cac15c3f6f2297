import pytest

from coordination.nouns import NOUNS
from coordination.templatetags.civic import TONES, known_icons
from coordination.templatetags.states import LOOKS


@pytest.mark.parametrize("noun", NOUNS.values(), ids=lambda noun: noun.name)
def test_every_state_has_a_tone_and_an_icon(noun):
    looks = LOOKS[noun.model._meta.model_name]

    assert set(looks) == {state for workflow in noun.workflows for state in workflow.states.values}
    assert all(tone in TONES and icon in known_icons() for tone, icon in looks.values())
