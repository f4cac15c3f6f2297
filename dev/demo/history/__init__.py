"""A year of closed matters behind the demonstration, so that every figure has a trend.

Written in bulk as rows with chained events, because playing them through the actions would take minutes. All of them
are ended: no desk and no queue shows them.
"""

from .loading import load_history

__all__ = ["load_history"]
