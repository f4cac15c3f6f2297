"""Serializers of the penalty calculator."""

from decimal import Decimal
from typing import Any

from rest_framework.serializers import BooleanField, CharField, ChoiceField, DecimalField, SlugRelatedField

from agencies.kernel.shapes import Shape
from agencies.kernel.strict import Strict
from cases.controls.citations import official
from cases.controls.models import PenaltyRule

from .penalties import FineRange, Judgement, RangeFigures, apply_ground, choose_higher, compute_range, judge_fine
from .powers import grounds
from .range_texts import describe_range

SUM: dict[str, Any] = {
    "required": False,
    "allow_null": True,
    "min_value": Decimal(0),
    "max_digits": 18,
    "decimal_places": 2,
}


class PenaltyInput(Strict):
    """Codes of provisions, figures in CNY (null is unknown, 0 is none), ground and considered fine."""

    rules = SlugRelatedField("code", queryset=PenaltyRule.objects.all(), many=True, allow_empty=False)
    turnover = DecimalField(**SUM)
    gains = DecimalField(**SUM)
    goods_value = DecimalField(**SUM)
    serious = BooleanField(required=False)
    ground = ChoiceField(choices=[code for code, _label in grounds()], required=False)
    fine = DecimalField(**SUM)


class RangeShape(Shape):
    """`legal_basis` has short names, `citation` official names and articles.

    `high` is null while a figure is missing; `bracket` is times, fixed, share, no_fine or unknown.
    """

    rule = CharField()
    legal_basis = CharField()
    citation = CharField()
    bracket = CharField()
    low = CharField()
    high = CharField(allow_null=True)
    how = CharField()


class PenaltyShape(Shape):
    """`basis` is the provision with the higher fine (APL art. 29); `low` and `high` are the range with the ground
    applied.
    """

    ranges = RangeShape(many=True)
    basis = CharField()
    low = CharField()
    high = CharField(allow_null=True)
    fine = ChoiceField(choices=Judgement.choices, allow_null=True)


def calculate(
    rules: list[Any], figures: RangeFigures, ground: str, fine: Decimal | None
) -> tuple[list[FineRange], FineRange, tuple[Decimal, Decimal | None], Judgement | None]:
    """Returns the ranges, the one that applies, the same with the ground, and the fine compared with the plain
    range.
    """
    ranges = [compute_range(rule, figures) for rule in rules]
    chosen = choose_higher(ranges)
    if chosen is None:
        raise ValueError("no provision, no range")
    return ranges, chosen, apply_ground(chosen, ground), None if fine is None else judge_fine(fine, chosen)


def penalty_as_json(data: dict[str, Any]) -> dict[str, Any]:
    """The response to a validated `PenaltyInput`."""
    figures = RangeFigures(data.get("turnover"), data.get("gains"), data.get("goods_value"), data.get("serious", False))
    ranges, chosen, (low, high), fine = calculate(data["rules"], figures, data.get("ground", ""), data.get("fine"))
    return {
        "ranges": [
            {
                "rule": one.rule.code,
                "legal_basis": one.rule.legal_basis,
                "citation": official(one.rule.legal_basis),
                "bracket": one.bracket,
                "low": _text(one.low),
                "high": _text(one.high),
                "how": describe_range(one),
            }
            for one in ranges
        ],
        "basis": chosen.rule.code,
        "low": _text(low),
        "high": _text(high),
        "fine": fine,
    }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"
