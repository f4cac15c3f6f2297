"""Periods divide all time, so that a search that reads them one after the other misses nothing and repeats nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest

from agencies.kernel import times
from coordination.insight.search.periods import newest_periods, periods_after, periods_before, time_words

DAYS = [date(2026, 11, 28), date(2026, 1, 1), date(2024, 2, 29), date(2025, 12, 31), date(1970, 1, 1)]


def places(periods, day):
    """The numbers of the periods with this day."""
    words = set(time_words(datetime(day.year, day.month, day.day, 12, tzinfo=UTC)).split())
    return [number for number, period in enumerate(periods) for word in period if word in words]


def every_day(first, last):
    return [first + timedelta(number) for number in range((last - first).days + 1)]


@pytest.mark.parametrize("start", DAYS)
def test_every_day_before_is_in_one_period_and_later_ones_in_none(start):
    found = periods_before(start)
    passed = [places(found, day) for day in every_day(date(1970, 1, 1), start)]
    assert all(len(one) == 1 for one in passed)
    assert passed == sorted(passed, reverse=True), "the newest come first"
    assert not any(places(found, day) for day in every_day(start + timedelta(1), start + timedelta(800)))


@pytest.mark.parametrize("start", DAYS)
def test_every_day_to_the_end_of_next_year_is_in_one_period_and_earlier_ones_in_none(start):
    found = periods_after(start)
    passed = [places(found, day) for day in every_day(start, date(times.today().year + 1, 12, 31))]
    assert all(len(one) == 1 for one in passed)
    assert passed == sorted(passed), "the oldest come first"
    assert not any(places(found, day) for day in every_day(date(1970, 1, 1), start - timedelta(1)))


def test_without_a_start_all_days_are_in_one_period_also_those_that_are_still_to_come():
    found = newest_periods()
    all_days = every_day(date(1970, 1, 1), date(times.today().year + 1, 12, 31))
    passed = [places(found, day) for day in all_days]
    assert all(len(one) == 1 for one in passed)
    assert passed == sorted(passed, reverse=True)


def test_there_are_few_periods_and_each_is_longer_than_the_one_before():
    for periods in (newest_periods(), periods_after(date(1970, 1, 1))):
        assert len(periods) < 15
        lengths = [sum(1 if "d" in word else 30 if "m" in word else 365 for word in period) for period in periods]
        assert lengths[1:-1] == sorted(lengths[1:-1])
