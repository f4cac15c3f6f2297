"""A published bulletin shows no number under five, and none follows from the numbers that it shows."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.kernel import times
from coordination.insight.bulletins.drafts import period_of
from coordination.insight.bulletins.figures import contents
from coordination.insight.bulletins.models import Bulletin
from coordination.insight.bulletins.suppressing import Place, left_out, part_of
from coordination.insight.metrics.asking import Answer, Point, Question
from coordination.insight.metrics.following import follow
from coordination.insight.metrics.publishing import SMALLEST
from tests import stories

ALL = Place("cases_opened", "2026-11-16", frozenset())


def point(n, of=None, key=""):
    return Point(key, key, n, n, of, "/rows/")


def answer(points, total):
    day = times.today()
    return Answer(Question("cases_opened", day, day, by="mineral"), total, tuple(points), None, ())


def part(key):
    return part_of(ALL, "mineral", key)


def test_a_small_number_is_left_out():
    assert left_out({ALL: point(3)}, [], uncounted=set()) == {ALL}
    assert left_out({ALL: point(0)}, [], uncounted=set()) == set()
    assert left_out({ALL: point(5)}, [], uncounted=set()) == set()


def test_the_rest_between_a_total_and_a_part_is_left_out_with_the_part():
    """12 cases, 9 of them gallium: the 3 others would follow."""
    assert left_out({ALL: point(12), part("gallium"): point(9)}, [], uncounted=set()) == {part("gallium")}
    assert left_out({ALL: point(14), part("gallium"): point(9)}, [], uncounted=set()) == set()


def test_parts_that_leave_a_small_rest_together_lose_the_smallest():
    printed = {ALL: point(20), part("gallium"): point(11), part("antimony"): point(6)}
    assert left_out(printed, [], uncounted=set()) == {part("antimony")}


def test_the_period_before_is_protected_too():
    before = Place("cases_opened", "2026-11-09", frozenset())
    assert left_out({ALL: point(12), before: point(2)}, [], uncounted=set()) == {before}


def test_a_share_with_few_on_either_side_is_left_out():
    share = Place("ontime", "2026-11-16", frozenset())
    assert left_out({share: point(9, 10)}, [], uncounted=set()) == {share}
    assert left_out({share: point(9, 20)}, [], uncounted=set()) == set()


def test_a_median_of_few_is_left_out_and_its_number_is_compared_with_nothing():
    median = Place("avg_days", "2026-11-16", frozenset())
    of_part = part_of(median, "mineral", "gallium")
    printed = {median: Point("", "", 30, None, 20, ""), of_part: Point("", "", 12, None, 18, "")}
    assert left_out(printed, [], uncounted={"avg_days"}) == set()


@given(
    sizes=st.lists(st.integers(0, 30), min_size=1, max_size=6),
    listed=st.integers(0, 6),
    with_total=st.booleans(),
    more=st.integers(0, 6),
)
def test_no_difference_of_shown_numbers_is_small(sizes, listed, with_total, more):
    """The reader adds and subtracts all printed numbers: a total, the parts of a list, and a filtered figure."""
    points = [point(n, key=str(key)) for key, n in enumerate(sizes)]
    total = point(sum(sizes))
    printed = {part(one.key): one for one in points if one.numerator}
    printed |= {ALL: total} if with_total else {}
    hidden = left_out(printed, [(ALL, "mineral", answer(points, total))] if listed else [], uncounted=set())
    shown = {place: one.numerator for place, one in printed.items() if place not in hidden}
    assert all(n == 0 or n >= SMALLEST for n in shown.values())
    if ALL in shown:
        parts = [n for place, n in shown.items() if place != ALL]
        rests = [shown[ALL] - sum(some) for size in range(len(parts) + 1) for some in combinations(parts, size)]
        assert all(rest == 0 or rest >= SMALLEST for rest in rests)


@pytest.mark.django_db
def test_a_published_sheet_holds_no_small_number_and_its_editors_see_what_was_left_out(cast):
    stories.case(cast)
    follow()
    made = stories.bulletin(cast, text_zh="{cases_open}件", text_en="{cases_open} open", distribution="outside")
    first, last = period_of("monthly", times.today())
    Bulletin.objects.filter(pk=made.pk).update(first=first, last=last)
    found = contents(Bulletin.objects.get())
    assert found["en"]["paragraphs"] == ["not published open"]
    assert [set(one) for one in found["en"]["figures"].values()] == [{"name", "words", "cells"}]
    assert found["en"]["figures"]["cases_open"]["cells"] == [
        {"label": "", "key": "", "text": "not published", "hidden": True}
    ]
    text = cast.browser("centre.supervisor").get(f"/bulletins/{made.pk}/?in=en").text
    assert "exact: 1" in " ".join(text.split())
