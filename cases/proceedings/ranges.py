"""The ranges of the fine for one party's line, from its recorded figures."""

from cases.controls.models import PenaltyRule

from .models import Decision
from .penalties import Figures, Range, choose_higher, compute_range


def figures_of(line: Decision) -> Figures:
    return Figures(line.turnover_cny, line.gains_cny, line.goods_value_cny, line.serious)


def ranges_for(line: Decision) -> list[Range]:
    """One range for each provision that the act is recorded to break."""
    figures = figures_of(line)
    return [compute_range(rule, figures) for rule in PenaltyRule.objects.filter(code__in=line.rules)]


def range_for_rule(line: Decision, code: str) -> Range | None:
    """The range of the provision with this code, if it is known."""
    rule = PenaltyRule.objects.filter(code=code).first()
    return compute_range(rule, figures_of(line)) if rule else None


def suggested_basis(line: Decision) -> str:
    """The provision with the higher fine (APL art. 29)."""
    chosen = choose_higher(ranges_for(line))
    return str(chosen.rule.code) if chosen else ""
