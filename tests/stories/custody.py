"""Goods in custody, and measures on property."""

from decimal import Decimal
from typing import Any

from cases.casefile.models import Case
from cases.custody.actions import take_goods
from cases.custody.models import GoodsLot
from cases.proceedings.models import Proceeding, PropertyMeasure
from cases.proceedings.properties import order_measure

from ..kept_stories import story
from .basics import serial
from .casefile import shared_case
from .proceedings import proceeding


@story
def lot(cast: Any, matter: Case | None = None, **changes: Any) -> GoodsLot:
    """24 t of antimony that customs took into custody, in a case shared with the commerce bureau."""
    values = {"description": "锑锭", "quantity": Decimal(24_000), "unit": "kg", "location": "Shekou warehouse 3"}
    return take_goods(
        matter or shared_case(cast), actor=cast["customs.officer"], paper=f"goods list {serial()}", **values | changes
    )


@story
def property_measure(cast: Any, within: Proceeding | None = None, **changes: Any) -> PropertyMeasure:
    """A detention of two lots in a proceeding of customs."""
    inside = within or proceeding(cast, "INVESTIGATE", shared_case(cast))
    values = {
        "measure": "detention",
        "authority": "Head of the customs house",
        "paper": f"扣留凭单{serial()}号",
        "reason": "evidence",
    }
    if "lots" not in changes and "subject" not in changes:
        values["lots"] = [str(lot(cast, inside.case).pk) for _ in range(2)]
    return order_measure(inside, actor=cast[changes.pop("by", "customs.officer")], **values | changes)
