import pytest
import time_machine

from agencies.kernel import times


@pytest.fixture
def time_machine_still(cast):
    """The clock stands still, so that two answers differ by nothing but what happened between."""
    with time_machine.travel(times.now(), tick=False):
        yield
