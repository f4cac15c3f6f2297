"""Exporters in the register of an agency."""

from typing import Any

from coordination.prevention.exporters.actions import register_exporter
from coordination.prevention.exporters.models import Exporter

from ..kept_stories import story
from .basics import walk

USCC = "91440300708461136T"


@story
def exporter(cast: Any, state: str = "FOLLOWED", by: str = "commerce.officer", **rest: Any) -> Exporter:
    """An exporter in the register of the commerce bureau, walked to `state`; the same one each time."""
    entry = {"name": "深圳海纳金属有限公司", "uscc": USCC, **rest}
    held = Exporter.objects.filter(agency=cast[by].agency_id, uscc=entry["uscc"]).exclude(uscc="").first()
    made = held or register_exporter(actor=cast[by], **entry)
    if state == "RESTING":
        walk(cast, made, [("rest", by, {"reason": "It no longer exports."})])
    assert made.state == state
    return made
