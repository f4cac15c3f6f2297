"""What an action refuses: conditions that are not met, and fields with a wrong answer."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from agencies.kernel.errors import Invalid, TransitionRefused


@contextmanager
def refused_for(*codes: str) -> Iterator[None]:
    """Passes if the block is refused because of exactly these conditions."""
    with pytest.raises(TransitionRefused) as refusal:
        yield
    assert {one.code for one in refusal.value.missing} == {*codes}


@contextmanager
def invalid_at(*pointers: str) -> Iterator[None]:
    """Passes if exactly these fields are refused."""
    with pytest.raises(Invalid) as refusal:
        yield
    assert {one.pointer for one in refusal.value.errors} == {*pointers}
