"""What leaves the agencies shows no number under five, and none can be computed from the rest."""

import random

import pytest
from django.utils import timezone

from agencies.kernel import times
from coordination.insight.metrics.asking import Answer, Point, Question
from coordination.insight.metrics.publishing import SMALLEST, suppressed


def answer(*numbers):
    day = times.today()
    points = tuple(Point(str(key), str(key), n, n, None, "/rows/") for key, n in enumerate(numbers))
    total = Point("", "All", sum(numbers), sum(numbers), None, "/rows/")
    return Answer(Question("leads", day, day, by="agency"), total, points, timezone.now(), ())


def shown(answer):
    return [None if point.is_hidden else point.value for point in answer.points]


def test_numbers_under_five_are_left_out_with_one_more_that_protects_them():
    published = suppressed(answer(3, 20, 7, 0))
    assert shown(published) == [None, 20, None, 0]
    assert published.total.value == 30
    assert {point.url for point in published.points} == {""}


def test_two_small_numbers_that_add_up_to_little_take_a_third_with_them():
    assert shown(suppressed(answer(1, 1, 9, 30))) == [None, None, None, 30]
    assert shown(suppressed(answer(2, 4, 9, 30))) == [None, None, 9, 30]


def test_where_nothing_protects_a_small_number_the_total_goes_too():
    published = suppressed(answer(3))
    assert (shown(published), published.total.value) == ([None], None)


def test_a_share_is_left_out_where_few_are_counted_or_few_are_not():
    day = times.today()
    points = tuple(
        Point(str(key), str(key), n / d, n, d, "") for key, (n, d) in enumerate([(9, 10), (10, 20), (2, 30), (0, 40)])
    )
    total = Point("", "All", 0.21, 21, 100, "")
    published = suppressed(Answer(Question("ontime", day, day, by="agency"), total, points, timezone.now(), ()))
    assert [point.is_hidden for point in published.points] == [True, False, True, False]


@pytest.mark.parametrize("seed", range(20))
def test_no_small_number_follows_from_what_is_published(seed):
    drawn = random.Random(seed)
    for _case in range(200):
        given = answer(*(drawn.choice([0, 1, 2, 4, 5, 8, 30]) for _point in range(drawn.randint(1, 8))))
        published = suppressed(given)
        assert all(value is None or value == 0 or value >= SMALLEST for value in shown(published))
        hidden = [one.value for one, kept in zip(given.points, shown(published), strict=True) if kept is None]
        if hidden and published.total.value is not None:
            remainder = published.total.value - sum(value or 0 for value in shown(published))
            assert remainder >= SMALLEST
            assert len(hidden) > 1
