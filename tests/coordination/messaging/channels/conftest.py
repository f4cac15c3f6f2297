"""Between planning and sending something may happen: the test says when it is sent."""

import pytest

from coordination.tooling.operation import jobs


@pytest.fixture(autouse=True)
def _deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bell is lost: what is planned is sent when the test says so."""
    monkeypatch.setattr(jobs, "ring", lambda job: None)
