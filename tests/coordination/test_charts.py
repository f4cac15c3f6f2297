"""Scales of the charts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.charts import ceiling, lines


@pytest.mark.parametrize(
    ("highest", "top", "step"),
    [(0, 1, 1), (1, 1, 1), (5, 5, 1), (6, 6, 2), (38, 40, 10), (40, 40, 10), (41, 50, 10), (120, 150, 50)],
)
def test_the_scale_ends_at_a_round_number(highest: float, top: int, step: int) -> None:
    assert ceiling(highest) == (top, step)


@given(st.floats(min_value=0, max_value=1e9))
def test_the_scale_holds_the_highest_value_in_at_most_five_steps(highest: float) -> None:
    top, step = ceiling(highest)
    assert highest <= top
    assert top % step == 0
    assert top // step <= 5


def test_one_point_stands_in_the_middle_without_a_line() -> None:
    drawn, x_ticks, _ = lines(["W1"], [{"label": "Leads", "values": [4]}])
    assert drawn[0].segments == []
    assert drawn[0].dots[0].x == x_ticks[0].position == "52.50%"


def test_the_newest_label_stays_when_labels_give_way() -> None:
    _, x_ticks, _ = lines([f"W{i}" for i in range(12)], [{"label": "Leads", "values": [1] * 12}])
    assert not x_ticks[-1].minor
    assert sum(not tick.minor for tick in x_ticks) == 4
