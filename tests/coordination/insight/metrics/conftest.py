"""What figures count."""

from typing import Any

import pytest

from tests import stories
from tests.kept_stories import story


@pytest.fixture
@story
def busy(cast: Any) -> None:
    """Something of every kind, of which one case is restricted."""
    stories.lead(cast)
    stories.shared_case(cast)
    stories.case(cast, handling="H3")
    stories.transfer(cast, "FILED")
    stories.transfer(cast, "NOT_FILED")
    stories.assistance(cast)
    stories.task(cast)
    stories.decided(cast)
    line = stories.suspect(cast)
    stories.measure(cast, line)
