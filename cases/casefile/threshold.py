"""The criminal threshold for prohibited goods: 20 t or 200,000 CNY (法释〔2014〕10号 art. 11(6))."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

THRESHOLD_KG = Decimal(20_000)
THRESHOLD_CNY = Decimal(200_000)


@dataclass(frozen=True)
class ThresholdSums:
    """Known sums and their verdict against the threshold: above | below | unknown.

    `unknown` if a weight or value is missing, or in another currency, and the known sums are not above. Unknown is not
    below. `has_uncontrolled`: goods count that the control law does not control, since no person has determined it yet.
    """

    weight_kg: Decimal
    value_cny: Decimal
    verdict: str
    complete: bool
    has_uncontrolled: bool = False


def compare_with_threshold(items: Iterable[Any]) -> ThresholdSums:
    """Compares the sums of the items, which are rows, or dicts of a report with net_weight_kg, value and currency.

    Rows that were found not controlled do not count: the threshold is that of prohibited goods.
    """
    weight = value = Decimal(0)
    listed = list(items)
    complete = bool(listed)
    for item in listed:
        if getattr(item, "basis", "") == "not_controlled":
            continue
        kg, amount, currency = (_get(item, name) for name in ("net_weight_kg", "value", "currency"))
        weight += Decimal(str(kg)) if kg is not None else 0
        if amount is not None and currency == "CNY":
            value += Decimal(str(amount))
        complete &= kg is not None and amount is not None and currency == "CNY"
    if weight >= THRESHOLD_KG or value >= THRESHOLD_CNY:
        return ThresholdSums(weight, value, "above", complete)
    return ThresholdSums(weight, value, "below" if complete else "unknown", complete)


def _get(item: Any, name: str) -> Any:
    return item.get(name) if isinstance(item, dict) else getattr(item, name)
