"""Comparison of two contents of a report, field by field. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from agencies.journal.digests import canonical


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """One changed field. `pointer` refers to the newer content, or to the older one for what was removed.

    `before` is None for what was added, `after` None for what was removed.
    """

    pointer: str
    before: Any
    after: Any


def diff(before: Any, after: Any) -> list[FieldDiff]:
    """Returns the changed fields, in the order of the contract.

    Rows (lists of objects) are aligned first, so that an inserted party is one change. Plain lists (route, techniques)
    are one value, because their order matters.
    """
    return list(_compare(before, after, ""))


def _compare(before: Any, after: Any, pointer: str) -> Iterator[FieldDiff]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(name for name in after if name not in before)]:
            yield from _compare(before.get(name), after.get(name), f"{pointer}/{name}")
    elif _has_rows(before) or _has_rows(after):
        yield from _compare_rows(before or [], after or [], pointer)
    elif isinstance(before, dict) or isinstance(after, dict):
        yield from _compare(before or {}, after or {}, pointer)
    else:
        yield FieldDiff(pointer, before, after)


def _has_rows(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(row, dict) for row in value)


def _compare_rows(before: list[Any], after: list[Any], pointer: str) -> Iterator[FieldDiff]:
    for old, new in aligned(before, after):
        yield from _compare(
            None if old is None else before[old],
            None if new is None else after[new],
            f"{pointer}/{old if new is None else new}",
        )


def aligned(before: list[Any], after: list[Any]) -> Iterator[tuple[int | None, int | None]]:
    """Yields the positions of each row in both lists; None for a row that was added or removed."""
    matcher = SequenceMatcher(None, [canonical(r) for r in before], [canonical(r) for r in after], autojunk=False)
    for _tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        shared = min(old_to - old_from, new_to - new_from)
        yield from ((old_from + n, new_from + n) for n in range(shared))
        yield from ((n, None) for n in range(old_from + shared, old_to))
        yield from ((None, n) for n in range(new_from + shared, new_to))
