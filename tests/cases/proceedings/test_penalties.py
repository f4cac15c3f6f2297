"""The range of a fine from provision, figures and ground, checked against published decisions."""

from decimal import Decimal

import pytest

from agencies.kernel.errors import Invalid
from cases.controls.models import PenaltyRule
from cases.proceedings.penalties import RangeFigures, apply_ground, choose_higher, compute_range, judge_fine
from dev.demo.story_files import samples
from tests import stories

pytestmark = pytest.mark.django_db


def rule(code):
    return PenaltyRule.objects.get(code=code)


def span(code, **figures):
    sums = {name: Decimal(str(value)) if name != "serious" else value for name, value in figures.items()}
    found = compute_range(rule(code), RangeFigures(**sums))
    return found.low, found.high


@pytest.mark.parametrize(
    ("code", "figures", "low", "high"),
    [
        ("ECL34_1", {"turnover": 500_000}, 2_500_000, 5_000_000),
        ("ECL34_1", {"turnover": "499999.99"}, 500_000, 5_000_000),
        ("ECL34_1", {"turnover": 0}, 500_000, 5_000_000),
        ("ECL34_1", {}, 500_000, None),  # unknown is not none: at least the minimum
        ("ECL35_1", {"turnover": 200_000}, 1_000_000, 2_000_000),
        ("ECL35_2", {"turnover": 60_000}, 300_000, 600_000),
        ("ECL36", {"turnover": 100_000}, 300_000, 500_000),
        ("ECL37", {"turnover": 1_000_000}, 10_000_000, 20_000_000),
        ("ECL38", {}, 100_000, 300_000),
        ("DUR40_1", {"turnover": 900_000}, 0, 0),  # warning and correction first
        ("DUR40_1", {"turnover": 600_000, "serious": True}, 3_000_000, 6_000_000),
        ("DUR40_1", {"turnover": 1, "serious": True}, 500_000, 3_000_000),
        ("DUR40_2", {}, 0, 100_000),
        ("DUR40_2", {"serious": True}, 100_000, 500_000),
        ("DUR41", {"gains": 100_000, "turnover": 9_000_000}, 300_000, 500_000),
        ("DUR42", {"turnover": 1}, 300_000, 3_000_000),
        ("DUR43", {"serious": True}, 500_000, 3_000_000),
        ("CPR9_1", {}, 0, 1_000_000),
        ("CPR9_2", {"goods_value": 80_000}, 0, 80_000),
        ("CPR14", {"goods_value": 58_000}, 0, 17_400),
        ("CPR15_3", {"goods_value": 1_000_000}, 50_000, 300_000),
        ("CPR15_3", {}, 0, None),
    ],
)
def test_the_range_of_each_provision(code, figures, low, high):
    assert span(code, **figures) == (low, high)


def test_serious_circumstances_change_only_provisions_with_such_a_step_and_a_ground_the_minimum():
    assert span("ECL34_1", turnover=0, serious=True) == span("ECL34_1", turnover=0)
    allowed = compute_range(rule("ECL34_1"), RangeFigures(turnover=Decimal(0)))
    assert apply_ground(allowed, "APL32_1") == (0, 500_000)
    assert apply_ground(allowed, "APL33_1") == (0, 0)
    assert apply_ground(allowed, "") == (500_000, 5_000_000)


def test_the_higher_fine_decides_between_two_provisions_also_of_the_customs_regulations():
    figures = RangeFigures(turnover=Decimal(700_000), goods_value=Decimal(700_000))
    ranges = [compute_range(rule(code), figures) for code in ("CPR15_3", "ECL34_1")]
    assert choose_higher(ranges).rule.code == "ECL34_1"
    assert choose_higher(reversed(ranges)).rule.code == "ECL34_1"
    assert choose_higher([]) is None
    figures = RangeFigures(turnover=Decimal(0), goods_value=Decimal(100_000_000))
    ranges = [compute_range(rule(code), figures) for code in ("ECL34_1", "CPR15_3")]
    assert choose_higher(ranges).rule.code == "CPR15_3"


def test_a_fine_is_inside_below_or_above_the_range():
    allowed = compute_range(rule("ECL34_1"), RangeFigures(turnover=Decimal(0)))
    assert [judge_fine(Decimal(fine), allowed) for fine in (499_999, 500_000, 5_000_000, 5_000_001)] == [
        *("below", "inside", "inside", "above")
    ]
    unknown = compute_range(rule("ECL34_1"), RangeFigures())
    assert [judge_fine(Decimal(fine), unknown) for fine in (27_000, 600_000)] == ["below", "unknown"]


# Published decisions: the provision and figures given by the source.
PUBLISHED = {
    "PC024": ("ECL34_1", {"gains": 339_500}, "unknown"),
    "PC025": ("ECL34_1", {}, "below"),
    "PC028": ("CPR14", {"goods_value": 58_000}, "inside"),
}


@pytest.mark.parametrize("known", PUBLISHED)
def test_published_fines_against_their_ranges(known):
    """Fines far below the minimum are possible only as mitigated, with a ground."""
    code, figures, judged = PUBLISHED[known]
    fine = samples()[known]["outcome"]["fine_cny"]
    sums = {name: Decimal(value) for name, value in figures.items()}
    assert judge_fine(Decimal(fine), compute_range(rule(code), RangeFigures(**sums))) == judged


def test_a_fine_below_the_minimum_is_possible_only_as_mitigated(cast):
    line = stories.reviewed(cast, rules=["ECL34_1", "CPR14"])
    values = {"decision_number": "1", "fine_cny": "27000"}
    with pytest.raises(Invalid, match="mitigated"):
        stories.walk(cast, line, [("decide", "customs.head", values)])
    values |= {"ground_kind": "APL32_1", "ground": "Removed the harm."}
    stories.walk(cast, line, [("mitigate", "customs.head", values)])
    assert (line.result, line.ground_kind) == ("mitigated", "APL32_1")


def test_a_fine_above_the_range_is_only_warned_of(cast):
    line = stories.reviewed(cast, rules=["ECL34_1"], figures={"turnover_cny": "0"})
    stories.walk(cast, line, [("decide", "customs.head", {"decision_number": "1", "fine_cny": "6000000"})])
    assert line.state == "DECIDED"


def test_the_provision_chosen_is_kept_with_the_decision(cast):
    line = stories.reviewed(cast, rules=["CPR14"])
    values = {"decision_number": "1", "fine_cny": "60000", "basis_rule": "CPR14"}
    stories.walk(cast, line, [("decide", "customs.head", values)])
    assert line.basis_rule == "CPR14"
