"""What a page of figures is asked for: periods, comparisons and filters of its address."""

from datetime import date
from typing import Any

import pytest
from django.http import QueryDict

from agencies.kernel.errors import Invalid
from coordination.insight.supervision.asked import PageQuestion, Period

TODAY = date(2026, 11, 27)


def asked(cast: Any, query: str = "", who: str = "centre.supervisor") -> PageQuestion:
    return PageQuestion(cast[who], QueryDict(query), TODAY)


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("", date(2026, 11, 1), TODAY),
        ("period=last-month", date(2026, 10, 1), date(2026, 10, 31)),
        ("period=quarter", date(2026, 10, 1), TODAY),
        ("period=year", date(2026, 1, 1), TODAY),
        ("period=12-months", date(2025, 12, 1), TODAY),
        ("first=2026-03-05&last=2026-03-09", date(2026, 3, 5), date(2026, 3, 9)),
        ("first=2026-11-20&last=2027-01-01", date(2026, 11, 20), TODAY),  # no day of the future counts
    ],
)
def test_a_period_is_named_or_given_by_its_days(cast: Any, query: str, first: date, last: date) -> None:
    assert asked(cast, query).period == Period(first, last)


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (Period(date(2026, 11, 1), date(2026, 11, 27)), Period(date(2026, 10, 1), date(2026, 10, 27))),
        (Period(date(2026, 3, 1), date(2026, 3, 31)), Period(date(2026, 2, 1), date(2026, 2, 28))),
        (Period(date(2026, 3, 1), date(2026, 3, 30)), Period(date(2026, 2, 1), date(2026, 2, 28))),
        (Period(date(2026, 3, 5), date(2026, 3, 9)), Period(date(2026, 2, 28), date(2026, 3, 4))),
    ],
)
def test_the_period_before_has_the_same_days_of_the_month_before_or_as_many(period: Period, before: Period) -> None:
    assert period.before() == before


@pytest.mark.parametrize(
    ("query", "before"),
    [
        ("period=month", Period(date(2026, 10, 1), date(2026, 10, 27))),
        ("period=last-month", Period(date(2026, 9, 1), date(2026, 9, 30))),
        ("period=quarter", Period(date(2026, 7, 1), date(2026, 8, 27))),
        ("period=year", Period(date(2025, 1, 1), date(2025, 11, 27))),
        ("period=12-months", Period(date(2024, 12, 1), date(2025, 11, 27))),
        ("first=2026-07-01&last=2026-09-30", Period(date(2026, 4, 1), date(2026, 6, 30))),
        ("first=2026-02-01&last=2026-02-28", Period(date(2026, 1, 1), date(2026, 1, 31))),
        ("first=2026-10-01&last=2026-11-15", Period(date(2026, 8, 16), date(2026, 9, 30))),
    ],
)
def test_the_period_before_is_the_whole_one_before_or_the_same_part_of_it(
    cast: Any, query: str, before: Period
) -> None:
    assert asked(cast, query).beside.period == before


def test_a_quarter_on_the_last_day_of_a_month_is_compared_with_whole_months(cast: Any) -> None:
    at_the_end = PageQuestion(cast["centre.supervisor"], QueryDict("period=quarter"), date(2026, 11, 30))
    assert at_the_end.beside.period == Period(date(2026, 7, 1), date(2026, 8, 31))
    leap = Period(date(2025, 2, 1), date(2025, 2, 28)).year_before()
    assert leap == Period(date(2024, 2, 1), date(2024, 2, 29))


def test_a_leap_day_is_compared_with_the_day_before_it_a_year_earlier() -> None:
    assert Period(date(2024, 2, 29), date(2024, 2, 29)).year_before() == Period(date(2023, 2, 28), date(2023, 2, 28))


def test_two_agencies_stand_side_by_side(cast: Any) -> None:
    both = asked(cast, "agency=GACC&beside=agency&beside_agency=MOFCOM_SCB")
    assert (both.side.filters, both.beside.filters) == ({"agency": "GACC"}, {"agency": "MOFCOM_SCB"})
    assert both.side.period == both.beside.period


def test_a_reader_outside_the_centre_counts_their_own_agency_only(cast: Any) -> None:
    assert asked(cast, who="customs.head").filters == {"agency": "GACC"}
    with pytest.raises(Invalid):
        assert asked(cast, "agency=MOFCOM_SCB", "customs.head").filters


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("period=century", "/period"),
        ("first=2026-05-02&last=2026-05-01", "/last"),
        ("first=2099-01-01", "/first"),
        ("mineral=unobtainium", "/mineral"),
        ("agency=NOWHERE", "/agency"),
        ("beside=agency", "/beside_agency"),
        ("colour=red", "/colour"),
        ("mineral=gallium&mineral=antimony", "/mineral"),
    ],
)
def test_what_is_not_offered_is_refused_by_name(cast: Any, query: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        assert asked(cast, query).period
    assert [error.pointer for error in refused.value.errors] == [field]
    assert cast.browser("centre.supervisor").get(f"/supervision/?{query}").status_code == 400
