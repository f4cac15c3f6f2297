"""Geometry of server-drawn SVG charts. Horizontal lengths are percentages, so text keeps its size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

BAR_ROOM = 86  # % of the width for the longest bar; the rest is for its figure


@dataclass(frozen=True)
class Bar:
    label: str
    value: float
    url: str
    width: str


def bars(rows: Sequence[Mapping[str, Any]]) -> list[Bar]:
    """Bars from rows of {label, value, url?}."""
    longest = max((row["value"] for row in rows), default=0) or 1
    return [
        Bar(str(row["label"]), row["value"], row.get("url", ""), f"{BAR_ROOM * row['value'] / longest:.2f}%")
        for row in rows
    ]
