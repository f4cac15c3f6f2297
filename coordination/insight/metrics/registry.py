"""The metrics and dimensions by their keys."""

from agencies.kernel.measures import METRICS, Form, Metric

from .dimensions import DIMENSIONS, Dimension

__all__ = ["DIMENSIONS", "METRICS", "Dimension", "Form", "Metric"]
