"""Penalty calculator (处罚裁量参考): the range of the fine from provision, figures and ground.

For reference only: a fine outside the range is possible, with a ground of the law (APL arts. 32, 33).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from .powers import ground_results

ZERO = Decimal(0)


class Judgement(models.TextChoices):
    INSIDE = "inside", _("inside the range")
    BELOW = "below", _("below the range")
    ABOVE = "above", _("above the range")
    UNKNOWN = "unknown", _("cannot be determined: a figure is missing")


@dataclass(frozen=True)
class RangeFigures:
    """Figures for the range, in CNY. None is unknown, zero is none."""

    turnover: Decimal | None = None
    gains: Decimal | None = None
    goods_value: Decimal | None = None
    serious: bool = False


@dataclass(frozen=True)
class FineRange:
    """The fine that a provision allows. `low` is valid even if figures are missing; `high` is None then.

    `bracket`: times | fixed | share | no_fine | unknown. `sure_high` is the least possible maximum.
    """

    rule: Any
    bracket: str
    low: Decimal
    high: Decimal | None
    sure_high: Decimal
    amount: Decimal | None = None
    factors: tuple[Decimal, Decimal] | None = None

    @property
    def known(self) -> bool:
        return self.high is not None


def compute_range(rule: Any, figures: RangeFigures) -> FineRange:
    """Computes the range. `rule` has the columns of `cases.controls.models.PenaltyRule`."""
    amount = getattr(figures, rule.base) if rule.base != "none" else None
    if rule.share_max is not None:
        return _share(rule, amount)
    times, fixed = _steps(rule, figures.serious)
    if times is None and fixed is None:
        return FineRange(rule, "no_fine", ZERO, ZERO, ZERO)
    if times is None or fixed is None:
        low, high = fixed or (ZERO, ZERO)
        return FineRange(rule, "fixed", low, high, high)
    if amount is None:
        # For either bracket: at least the lower minimum, and the lower maximum is certain.
        low = min(fixed[0], times[0] * rule.threshold_cny)
        return FineRange(rule, "unknown", low, None, min(fixed[1], times[1] * rule.threshold_cny))
    if amount >= rule.threshold_cny:
        low, high = times[0] * amount, times[1] * amount
        return FineRange(rule, "times", low, high, high, amount, times)
    return FineRange(rule, "fixed", *fixed, fixed[1], amount)


def _share(rule: Any, value: Decimal | None) -> FineRange:
    shares = (rule.share_min, rule.share_max)
    if value is None:
        return FineRange(rule, "unknown", ZERO, None, ZERO, None, shares)
    low, high = (value * share / 100 for share in shares)
    return FineRange(rule, "share", low, high, high, value, shares)


def _steps(rule: Any, serious: bool) -> tuple[tuple[Decimal, Decimal] | None, tuple[Decimal, Decimal] | None]:
    """Multiple and fixed sums; those for serious circumstances if the provision has them."""
    own = serious and rule.serious_fixed_max is not None
    names = ("serious_times", "serious_fixed") if own else ("times", "fixed")
    times, fixed = ((getattr(rule, f"{name}_min"), getattr(rule, f"{name}_max")) for name in names)
    return (times if times[1] is not None else None, fixed if fixed[1] is not None else None)


def choose_higher(ranges: Iterable[FineRange]) -> FineRange | None:
    """An act that breaks several provisions is fined by the one with the higher fine (APL art. 29). None if there is
    none.
    """
    listed = list(ranges)
    if not listed:
        return None
    return max(listed, key=lambda one: (one.high if one.high is not None else one.sure_high, one.low))


def judge_fine(fine: Decimal, allowed: FineRange) -> Judgement:
    """Compares a fine with a range."""
    if fine < allowed.low:
        return Judgement.BELOW
    if allowed.high is not None and fine > allowed.high:
        return Judgement.ABOVE
    return Judgement.INSIDE if allowed.known else Judgement.UNKNOWN


def apply_ground(allowed: FineRange, ground: str) -> tuple[Decimal, Decimal | None]:
    """The range with the ground applied: below the minimum (减轻), none (不予处罚), or unchanged."""
    results = ground_results(ground)
    if results == ["no_penalty"]:
        return ZERO, ZERO
    if "mitigated" in results:
        return ZERO, allowed.low
    return allowed.low, allowed.high
