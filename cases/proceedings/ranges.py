"""Ranges of the fine for one party, from the recorded figures."""

from cases.controls.models import PenaltyRule

from .models import Decision
from .penalties import FineRange, RangeFigures, choose_higher, compute_range


def figures_of(line: Decision) -> RangeFigures:
    return RangeFigures(line.turnover_cny, line.gains_cny, line.goods_value_cny, line.serious)


def ranges_for(line: Decision) -> list[FineRange]:
    """One range for each provision recorded as broken."""
    figures = figures_of(line)
    return [compute_range(rule, figures) for rule in PenaltyRule.objects.filter(code__in=line.rules)]


def range_for_rule(line: Decision, code: str) -> FineRange | None:
    """The range of the provision with this code, if it exists."""
    rule = PenaltyRule.objects.filter(code=code).first()
    return compute_range(rule, figures_of(line)) if rule else None


def suggested_basis(line: Decision) -> str:
    """The code of the provision with the higher fine (APL art. 29), "" if there is none."""
    chosen = choose_higher(ranges_for(line))
    return str(chosen.rule.code) if chosen else ""
