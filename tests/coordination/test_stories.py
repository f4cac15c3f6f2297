"""The ready-made matters themselves: each can be made, and the journal holds afterwards."""

import pytest

from tests import stories
from tests.journal import verify_streams


@pytest.mark.parametrize("state", ["DRAFT_REPORT", "REFUSED_INTERNAL", "WITHDRAWN", "SUPPLEMENT", "FILED", "NOT_FILED"])
def test_a_transfer_can_be_walked_to_every_end(cast, state):
    stories.transfer(cast, state)
    assert not list(verify_streams())


def test_lines_and_tasks_and_requests_can_be_made(cast):
    stories.decision(cast)
    stories.suspect(cast)
    for state in ("OPEN", "CLAIMED", "DONE", "DECLINED", "CANCELLED"):
        assert stories.task(cast, state).state == state
    for state in ("DRAFT", "SENT", "IN_WORK", "RETURNED", "DECLINED", "ANSWERED", "WITHDRAWN"):
        stories.assistance(cast, state)
    stories.assistance(cast, "TAKEN_OVER", kind="lead_transfer")
    assert not list(verify_streams())
