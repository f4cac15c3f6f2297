"""The metrics and dimensions by their keys."""

from . import catalogue
from .declaring import Dimension, Form, Metric
from .dimensions import DIMENSIONS

METRICS = {metric.key: metric for metric in catalogue.METRICS}


__all__ = ["DIMENSIONS", "METRICS", "Dimension", "Form", "Metric"]
