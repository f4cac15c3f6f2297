"""Figures in words, as officials write them in either language."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from coordination.insight.supervision.words import shown


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
