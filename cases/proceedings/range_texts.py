"""Texts for ranges of fines."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from .penalties import FineRange, choose_higher


@dataclass(frozen=True)
class RangeRow:
    """A range as a row of a table; `counts` marks the one with the higher fine (APL art. 29)."""

    rule: Any
    how: str
    span: str
    counts: bool


def range_rows(ranges: Sequence[FineRange]) -> list[RangeRow]:
    chosen = choose_higher(ranges)
    return [RangeRow(one.rule, describe_range(one), format_range(one), one is chosen) for one in ranges]


def describe_range(one: FineRange) -> str:
    """How the range was found, as a sentence."""
    rule = one.rule
    base = rule.get_base_display()
    match one.bracket:
        case "no_fine":
            return _("No fine in ordinary circumstances: warning and correction first.")
        case "times":
            low, high = one.factors or (Decimal(0), Decimal(0))
            values = {
                "low": format_number(low),
                "high": format_number(high),
                "base": base,
                "amount": format_cny(one.amount),
            }
            return _("%(base)s of %(amount)s CNY, %(low)s to %(high)s times.") % values
        case "share":
            low, high = one.factors or (Decimal(0), Decimal(0))
            values = {
                "low": format_number(low),
                "high": format_number(high),
                "base": base,
                "amount": format_cny(one.amount),
            }
            return _("%(base)s of %(amount)s CNY, %(low)s to %(high)s per cent.") % values
        case "unknown":
            return _("%(base)s not known: the figures here apply in any case.") % {"base": base}
    if rule.base == "none" or rule.threshold_cny is None:
        return _("Fixed sums.")
    return _("%(base)s below %(threshold)s CNY, or none: fixed sums.") % {
        "base": base,
        "threshold": format_cny(rule.threshold_cny),
    }


def format_range(one: FineRange) -> str:
    """The range as “500,000 – 5,000,000”, open-ended if a figure is missing."""
    low = format_cny(one.low)
    return f"{low} – {format_cny(one.high)}" if one.high is not None else _("from %(low)s") % {"low": low}


def format_cny(amount: Decimal | None) -> str:
    """The amount in the same format in both languages, as on declarations; "?" if unknown."""
    return "?" if amount is None else f"{amount.quantize(Decimal('0.01')):,f}".removesuffix(".00")


def format_number(number: Decimal) -> str:
    return f"{number.normalize():f}"
