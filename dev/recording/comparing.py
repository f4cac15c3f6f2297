"""Compares two recordings and prints the differences by route, equal ones once."""

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from .contents import masked
from .files import ORDER, read

PARTS = ("text", "links", "fields")
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
MOST_LINES = 12  # of one difference
Difference = tuple[str, ...]


def compare(before: Path, after: Path, *, without_ids: bool, most: int) -> Iterator[str]:
    """Lines to print; none if the recordings are equal. `most` differences of each route are shown."""
    first, second = (by_address(read(path), without_ids=without_ids) for path in (before, after))
    routes: dict[str, Counter[Difference]] = defaultdict(Counter)
    examples: dict[Difference, str] = {}
    for key in sorted(first.keys() | second.keys()):
        for difference in differences(first.get(key), second.get(key)):
            routes[key[0]][difference] += 1
            examples.setdefault(difference, " ".join(key[1:]))
    for route, found in sorted(routes.items()):
        yield f"{route}: {sum(found.values())} differences of {len(found)} kinds"
        for difference, count in found.most_common(most):
            yield f"  {count} ×, first {examples[difference]}"
            yield from (f"    {line}" for line in difference)


def by_address(records: Iterable[dict[str, Any]], *, without_ids: bool) -> dict[tuple[str, ...], dict[str, Any]]:
    """Records by route, address, account, language, and a number where addresses without ids are the same."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    same: Counter[tuple[str, ...]] = Counter()
    for record in records:
        if without_ids:
            record = _without_ids(record)
        key = tuple(masked(record[name]) for name in ORDER)
        same[key] += 1
        found[*key, *([str(same[key])] if same[key] > 1 else [])] = record
    return found


def differences(before: dict[str, Any] | None, after: dict[str, Any] | None) -> Iterator[Difference]:
    """One for each part of a page, as lines of a diff."""
    if before is None or after is None:
        answer = before or after or {}
        yield (f"only {'before' if after is None else 'after'} ({answer['status']})",)
        return
    for name in ("status", "kind", "location"):
        if before[name] != after[name]:
            yield (f"{name}: {before[name]!r} → {after[name]!r}",)
    for name in PARTS:
        if before[name] != after[name]:
            lines = list(difflib.unified_diff(before[name], after[name], lineterm="", n=0))[2:]
            shown = [line for line in lines if not line.startswith("@@")]
            more = [f"… {len(shown) - MOST_LINES} more lines"] if len(shown) > MOST_LINES else []
            yield (name, *(line[:300] for line in shown[:MOST_LINES]), *more)


def _without_ids(value: Any) -> Any:
    match value:
        case str():
            return ID.sub("ID", value)
        case list():
            return [_without_ids(one) for one in value]
        case dict():
            return {name: _without_ids(one) for name, one in value.items()}
    return value
