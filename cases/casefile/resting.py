"""What rests on a fact of a case: frozen packages, issued papers, decisions. Higher resources say which they are."""

from collections.abc import Callable, Iterable
from typing import Any

from agencies.kernel.actor import Actor

# (party, item, shipment or act; reader) → names of what rests on it, as far as the reader may know them.
Source = Callable[[Any, Actor], Iterable[str]]
_SOURCES: list[Source] = []


def register_resting(*sources: Source) -> None:
    _SOURCES[:] = sources


def rests_on(row: Any, reader: Actor) -> list[str]:
    """Names everything that rests on the row. A second person confirms a change of it then."""
    return list(dict.fromkeys(name for source in _SOURCES for name in source(row, reader)))
