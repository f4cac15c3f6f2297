"""Separates planning from sending, so that tests can act in between."""

import pytest

from coordination.tooling.operation import jobs


@pytest.fixture(autouse=True)
def _without_wakeup(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wake-ups are ignored: planned messages are sent when the test says so."""
    monkeypatch.setattr(jobs, "enqueue", lambda job: None)
