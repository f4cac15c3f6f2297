"""The metrics and dimensions by their keys."""

from functools import cache

from . import catalogue
from .declaring import Dimension, Form, Metric
from .dimensions import COMMON, DIMENSIONS

METRICS = {metric.key: metric for metric in catalogue.METRICS}


def _crossed() -> dict[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, dict[tuple[str, ...], None]] = {}
    for metric in catalogue.METRICS:
        for measure in (*metric.measures, *metric.of, *metric.own):
            found.setdefault(measure, {}).update(dict.fromkeys(metric.crossed))
    return {measure: tuple(rows) for measure, rows in found.items() if rows}


# For each measure the labels that cells combine: those that a matter must have, in order, then the one that divides.
CROSSED = _crossed()

# Measures of which cells hold the days of each label at each agency, and of each combination.
DAILY = {measure for metric in catalogue.METRICS if metric.daily for measure in metric.measures}

# Measures that count in the own figures of agencies only.
OWN = {measure for metric in catalogue.METRICS for measure in metric.own} - {
    measure for metric in catalogue.METRICS for measure in (*metric.measures, *metric.of)
}

# Labels of all facts by which no page filters. Pages divide few measures by them.
_RARE = {*COMMON} - {*catalogue.FILTERS}

# Labels of whole matters by which figures are limited: those that fewer matters have come first.
POSTED = ("campaign", "district", "technique", "role", "mineral", "country", "province", "track")


@cache
def is_summed(measure: str, dimension: str) -> bool:
    """Whether cells hold a measure by this label. Otherwise the ledger is read."""
    return dimension not in _RARE or any(by == dimension for *_limits, by in CROSSED.get(measure, ()))


__all__ = ["CROSSED", "DAILY", "DIMENSIONS", "METRICS", "OWN", "POSTED", "Dimension", "Form", "Metric", "is_summed"]
