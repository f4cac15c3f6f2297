"""Figures in words, as officials write them in either language."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from coordination.insight.metrics.asking import Point
from coordination.insight.supervision.words import change_of, share_of_step, shown


@pytest.mark.parametrize(
    ("sum_of_yuan", "english", "chinese"),
    [
        (Decimal(9_999), "CNY 9,999", "人民币9999元"),
        (Decimal(20_690_000), "CNY 20,690,000", "人民币2,069万元"),
        (Decimal(68_050), "CNY 68,050", "人民币6.805万元"),
        (Decimal("1200000"), "CNY 1,200,000", "人民币120万元"),
    ],
)
def test_a_supervisor_reads_large_sums_in_ten_thousands_in_chinese(sum_of_yuan, english, chinese):
    with override("en"):
        assert shown(sum_of_yuan, "cny") == english
    with override("zh-hans"):
        assert shown(sum_of_yuan, "cny") == chinese


def share(n: int, d: int) -> Point:
    return Point("", "", Decimal(n) / d if d else None, n, d, "")


@pytest.mark.parametrize(
    ("now", "before", "words", "tone"),
    [
        ((1, 3), (6, 8), "no comparison of fewer than 5", ""),
        ((6, 8), (3, 4), "no comparison of fewer than 5", ""),
        ((6, 8), (0, 0), "no comparison of fewer than 5", ""),
        ((3, 5), (6, 8), "15 points lower, worse", "worse"),
    ],
)
def test_a_share_of_fewer_than_five_is_neither_compared_nor_coloured(now, before, words, tone):
    found = change_of(share(*now), share(*before), "ontime")
    assert (found.text, found.tone) == (words, tone)


def test_a_step_is_a_share_of_enough_in_the_step_before():
    assert (share_of_step(3, 4), share_of_step(80, 90)) == ("", "88% of the 90 of the step before")
