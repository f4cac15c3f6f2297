"""Figures that a person watches."""

from decimal import Decimal
from typing import Any

from coordination.insight.metrics.following import follow
from coordination.insight.thresholds.actions import check_thresholds, watch_figure
from coordination.insight.thresholds.models import Threshold

from ..kept_stories import story
from .basics import walk


@story
def threshold(cast: Any, state: str = "WATCHING", by: str = "customs.lead", **rest: Any) -> Threshold:
    """The unit lead of customs watches the open cases, walked to `state`."""
    below = state in ("CROSSED", "SEEN")
    values = {"metric": "cases_open", "value": Decimal(10_000), "comparison": "below" if below else "above", **rest}
    made = watch_figure(actor=cast[by], **values)
    if below:
        follow()
        check_thresholds()
        made.refresh_from_db()
    walk(cast, made, {"SEEN": [("acknowledge", by, {})], "ENDED": [("end", by, {})]}.get(state, []))
    assert made.state == state
    return made
