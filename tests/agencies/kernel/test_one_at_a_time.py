"""Two commands that change the whole installation: the second waits for the first."""

import threading
from pathlib import Path

import pytest

from agencies.kernel.one_at_a_time import one_at_a_time


@pytest.mark.django_db
def test_the_second_waits_until_the_first_is_done(tmp_path: Path) -> None:
    done: list[str] = []

    def second() -> None:
        with one_at_a_time("prepare", tmp_path):
            done.append("second")

    waiting = threading.Thread(target=second)
    with one_at_a_time("prepare", tmp_path):
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()
        done.append("first")
    waiting.join(30)

    assert done == ["first", "second"]
