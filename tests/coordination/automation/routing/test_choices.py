"""Choices of a rule have labels: no codes, and no label twice."""

import pytest
from django.utils import translation

from agencies.kernel.actor import SYSTEM
from coordination.automation.routing import choices


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_materials_are_distinguished_by_labels(language):
    with translation.override(language):
        words = [label for _code, label in choices.materials(None, SYSTEM)]
    assert len(words) == len(set(words))
    assert not [label for label in words if "_" in label]
