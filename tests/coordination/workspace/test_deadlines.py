"""Texts of deadlines: only a duty can be overdue, and only past the lenient reading."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from cases.clocks.models import PeriodKind
from coordination.workspace.deadlines import SENTENCES, describe, span

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 14, 0, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def words(kind: str = "duty", **ahead: float) -> tuple[str, str]:
    shown = describe(NOW + timedelta(**ahead), kind, now=NOW)
    return shown.text, shown.tone


@pytest.mark.parametrize(
    ("ahead", "text", "tone"),
    [
        ({"days": 12, "hours": 5}, "12 d left", "far"),
        ({"days": 3}, "3 d left", "far"),
        ({"days": 2, "hours": 3}, "2 d 3 h left", "far"),
        ({"days": 2}, "2 d left", "far"),
        ({"hours": 20}, "20 h left", "soon"),
        ({"hours": 10, "minutes": 30}, "10 h left", "soon"),
        ({"hours": 3}, "due today 17:00", "soon"),
        ({"hours": -3}, "3 h late", "overdue"),
        ({}, "0 min late", "overdue"),
        ({"minutes": -12}, "12 min late", "overdue"),
        ({"seconds": -1}, "0 min late", "overdue"),
        ({"days": -1}, "1 d late", "overdue"),
        ({"days": -1, "hours": -4}, "1 d 4 h late", "overdue"),
        ({"days": -40}, "40 d late", "overdue"),
    ],
)
def test_a_duty_counts_down_and_then_is_overdue(ahead: dict[str, float], text: str, tone: str) -> None:
    assert words(**ahead) == (text, tone)


def test_today_is_the_day_in_shanghai_whatever_the_zone_of_the_value() -> None:
    half_past_midnight = datetime(2026, 11, 24, 16, 30, tzinfo=ZoneInfo("UTC"))
    assert describe(half_past_midnight, now=NOW).text == "10 h left"


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("validity", "expires in 5 d", "expired 5 d ago: must release"),
        ("right", "lapses in 5 d", "lapsed 5 d ago"),
        ("earliest", "possible in 5 d", "became possible 5 d ago"),
        ("limitation", "time-barred in 5 d", "time-barred 5 d ago"),
        ("expiry", "expires in 5 d", "expired 5 d ago"),
    ],
)
def test_only_duties_can_be_overdue(kind: str, before: str, after: str) -> None:
    assert words(kind, days=5)[0] == before
    text, tone = words(kind, days=-5)
    assert text == after
    assert tone != "overdue"


def test_every_kind_of_clock_has_its_words() -> None:
    assert set(SENTENCES) == set(PeriodKind.values)


def test_a_right_of_a_party_is_not_a_duty_of_the_office() -> None:
    assert words("right", hours=2) == ("lapses in 2 h", "far")


def test_between_the_two_readings_a_duty_warns_but_is_not_overdue() -> None:
    shown = describe(NOW - timedelta(hours=5), now=NOW, breach_at=NOW + timedelta(hours=18))
    assert (shown.text, shown.tone) == ("strict reading passed; late in 18 h", "past")


def test_past_the_lenient_reading_a_duty_is_overdue_counted_from_it() -> None:
    shown = describe(NOW - timedelta(days=3), now=NOW, breach_at=NOW - timedelta(days=1))
    assert (shown.text, shown.tone) == ("1 d late", "overdue")


@pytest.mark.parametrize(
    ("due", "started", "elapsed"), [(10, -10, 50), (10, -1, 9), (10, 10, None), (10, 20, None), (-1, -9, 100)]
)
def test_the_bar_shows_the_share_that_has_passed(due: int, started: int, elapsed: int | None) -> None:
    given = {"now": NOW, "started_at": NOW + timedelta(days=started)}
    assert describe(NOW + timedelta(days=due), **given).elapsed == elapsed


def test_hours_are_shown_only_while_they_matter() -> None:
    assert span(timedelta(days=2, hours=23, minutes=59)) == "2 d 23 h"
    assert span(timedelta(days=3, hours=23)) == "3 d"
