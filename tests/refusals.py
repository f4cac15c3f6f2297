"""What an action refuses: conditions that are not met, and fields with a wrong answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from agencies.kernel.errors import Invalid, TransitionRefused

from . import stories


@contextmanager
def refused_for(*codes: str) -> Iterator[None]:
    """Passes if the block is refused because of exactly these conditions."""
    with pytest.raises(TransitionRefused) as refusal:
        yield
    found = {one.code for one in refusal.value.missing}
    assert found == {*codes}, found


@contextmanager
def invalid_at(*pointers: str) -> Iterator[None]:
    """Passes if exactly these fields are refused."""
    with pytest.raises(Invalid) as refusal:
        yield
    found = {one.pointer for one in refusal.value.errors}
    assert found == {*pointers}, found


def refused(cast: Any, thing: Any, verb: str, who: str = "customs.officer", **given: Any) -> set[str]:
    """The conditions because of which an action is refused."""
    with pytest.raises(TransitionRefused) as refusal:
        stories.walk(cast, thing, [(verb, who, given)])
    return {one.code for one in refusal.value.missing}
