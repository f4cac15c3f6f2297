"""The metrics and dimensions by their keys."""

from . import catalogue
from .declaring import Dimension, Form, Metric
from .dimensions import DIMENSIONS

METRICS = {metric.key: metric for metric in catalogue.METRICS}


def _crossed() -> dict[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, dict[tuple[str, ...], None]] = {}
    for metric in catalogue.METRICS:
        for measure in (*metric.measures, *metric.of):
            found.setdefault(measure, {}).update(dict.fromkeys(metric.crossed))
    return {measure: tuple(rows) for measure, rows in found.items() if rows}


# For each measure the labels that cells combine: those that a matter must have, in order, then the one that divides.
CROSSED = _crossed()

__all__ = ["CROSSED", "DIMENSIONS", "METRICS", "Dimension", "Form", "Metric"]
