"""The metrics and dimensions by their keys."""

from functools import cache

from . import catalogue
from .declaring import Dimension, Form, Metric
from .dimensions import COMMON, DIMENSIONS

METRICS = {metric.key: metric for metric in catalogue.METRICS}


def _crossed() -> dict[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, dict[tuple[str, ...], None]] = {}
    for metric in catalogue.METRICS:
        for measure in (*metric.measures, *metric.of):
            found.setdefault(measure, {}).update(dict.fromkeys(metric.crossed))
    return {measure: tuple(rows) for measure, rows in found.items() if rows}


# For each measure the labels that cells combine: those that a matter must have, in order, then the one that divides.
CROSSED = _crossed()

# Labels of all facts by which no page filters. Pages divide few measures by them.
_RARE = {*COMMON} - {*catalogue.FILTERS}


@cache
def is_summed(measure: str, dimension: str) -> bool:
    """Whether cells hold a measure by this label. Otherwise the ledger is read."""
    return dimension not in _RARE or any(by == dimension for *_limits, by in CROSSED.get(measure, ()))


__all__ = ["CROSSED", "DIMENSIONS", "METRICS", "Dimension", "Form", "Metric", "is_summed"]
