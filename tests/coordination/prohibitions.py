"""The shape of a row of `may_not`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class MayNot:
    """`who` may not perform `verb` with `given` on the object made by `make`. `without` are detours that do not exist
    for it."""

    name: str
    who: str
    verb: str
    make: Callable[[Any], Any]
    given: dict[str, Any]
    need: Callable[[Any, Any], Any] | None = None
    without: frozenset[str] = frozenset()
