"""Certificates of end user and end use."""

from typing import Any

from coordination.prevention.certificates.actions import record_certificate
from coordination.prevention.certificates.models import Certificate

from ..kept_stories import story
from .basics import walk
from .diligence import in_days
from .exporters import exporter

BUYER = "无锡长风金属有限公司"


def facts(**rest: Any) -> dict[str, Any]:
    """What a certificate says: 100 kg of gallium for a maker of chips in Viet Nam, for thirty more days."""
    return {
        "number": "EUC-2026-7",
        "end_user": "Hanoi Semiconductor Co.",
        "country": "VNM",
        "goods": "金属镓",
        "hs_code": "8112929010",
        "quantity_kg": 100,
        "end_use": "LED wafers",
        "no_reexport": True,
        "issued_on": in_days(-30),
        "valid_until": in_days(30),
    } | rest


@story
def certificate(
    cast: Any, state: str = "VALID", by: str = "commerce.officer", at: Any = None, **rest: Any
) -> Certificate:
    """A certificate that the commerce bureau recorded and that ends soon, walked to `state`."""
    whose = at or exporter(cast, by=by, name=BUYER, uscc="")
    made = record_certificate(whose, actor=cast[by], **facts(**rest))
    if state in ("DOUBTFUL", "REVOKED"):
        walk(cast, made, [("doubt", by, {"reason": "The stamp differs."})])
    if state == "REVOKED":
        walk(cast, made, [("revoke", by, {"reason": "The end user did not issue it."})])
    made.refresh_from_db()
    assert made.state == state
    return made
