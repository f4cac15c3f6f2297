"""Balance of the goods of a case, per item: received = held + handed over + returned + disposed of + lost."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from cases.casefile.units import Unit

from .models import GoodsLot

S = GoodsLot.State
NOTHING = Decimal(0)


@dataclass
class Balance:
    """One item in one unit. `held` by the agency that took it in, `handed_over` to another agency that holds it now."""

    name: str
    unit: str
    received: Decimal = NOTHING
    held: Decimal = NOTHING
    handed_over: Decimal = NOTHING
    released: Decimal = NOTHING
    disposed: Decimal = NOTHING
    lost: Decimal = NOTHING

    @property
    def unit_label(self) -> str:
        return str(Unit(self.unit).label)


def balances(lots: Iterable[GoodsLot]) -> list[Balance]:
    """Balances per item and unit, in the order of the lots. Goods without an item use their description.

    `lots` must be all lots of a case.
    """
    found: dict[tuple[object, str], Balance] = {}
    for lot in lots:
        name = lot.item.description if lot.item else lot.description
        balance = found.setdefault((lot.item_id or name, lot.unit), Balance(name, lot.unit))
        balance.lost += lot.lost
        if lot.parent_id is None:
            balance.received += lot.received
        fate = _fate(lot)
        setattr(balance, fate, getattr(balance, fate) + lot.quantity)
    return list(found.values())


def _fate(lot: GoodsLot) -> str:
    match lot.state:
        case S.RELEASED:
            return "released"
        case S.DISPOSED:
            return "disposed"
    return "handed_over" if lot.has_left else "held"
