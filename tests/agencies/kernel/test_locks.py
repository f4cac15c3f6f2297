"""Of two commands that change the whole installation, the second waits for the first."""

import threading
from pathlib import Path

import pytest

from agencies.kernel.locks import exclusive_lock

pytestmark = pytest.mark.both_databases  # locks


@pytest.mark.django_db
def test_the_second_waits_until_the_first_is_done(tmp_path: Path) -> None:
    done: list[str] = []

    def second() -> None:
        with exclusive_lock("prepare", tmp_path):
            done.append("second")

    waiting = threading.Thread(target=second)
    with exclusive_lock("prepare", tmp_path):
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()
        done.append("first")
    waiting.join(30)

    assert done == ["first", "second"]
