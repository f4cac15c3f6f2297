"""The shipped working calendar: published schedules, and statutory festivals for years without one."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from agencies.calendar import __file__ as resource
from agencies.calendar.models import CalendarDay
from agencies.calendar.reference import load, shipped_days
from agencies.calendar.workdays import calendar_of
from agencies.kernel.reference import read_csv

DATA = Path(resource).parent / "data"
OVERRIDES = list(read_csv(DATA / "calendar.csv"))
FESTIVALS = list(read_csv(DATA / "statutory_festivals.csv"))


def test_published_years_agree_with_the_library_day_by_day() -> None:
    overrides = {date.fromisoformat(row["date"]): row["override"] for row in OVERRIDES}
    day = date(2024, 1, 1)
    while day.year < 2027:
        worked = overrides[day] == "extra_workday" if day in overrides else day.weekday() < 5
        assert worked == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_every_override_differs_from_its_weekday_and_every_published_year_names_its_one_notice() -> None:
    assert len({row["date"] for row in OVERRIDES}) == len(OVERRIDES) == 75
    for row in OVERRIDES:
        is_weekday = date.fromisoformat(row["date"]).weekday() < 5
        assert row["override"] == ("day_off" if is_weekday else "extra_workday"), row["date"]
    notices = {(row["date"][:4], row["source"], row["document_no"], row["confirmed"]) for row in OVERRIDES}
    assert {year for year, *_ in notices} == {"2024", "2025", "2026"}
    assert len(notices) == 3
    assert all(year in source and number and confirmed == "1" for year, source, number, confirmed in notices)


def test_unpublished_years_hold_the_thirteen_statutory_days() -> None:
    dates = [row["date"] for row in FESTIVALS]
    assert dates == sorted(set(dates))
    assert all(row["date"].startswith(row["year"]) for row in FESTIVALS)
    # In 2028 Mid-Autumn falls on the third day of National Day: one date, two festivals.
    assert Counter(row["year"] for row in FESTIVALS) == {"2027": 13, "2028": 12, "2029": 13, "2030": 13}
    assert not {row["year"] for row in FESTIVALS} & {row["date"][:4] for row in OVERRIDES}


def test_a_festival_on_a_weekend_has_a_day_in_lieu_on_the_next_working_day() -> None:
    """In 2027 the second and third days of the Spring Festival are a Saturday and a Sunday."""
    assumed = [day for day in shipped_days() if not day.confirmed]
    in_lieu = [day.date.isoformat() for day in assumed if day.date.year == 2027 and "in lieu" in day.source]
    assert in_lieu == ["2027-02-09", "2027-02-10", "2027-05-03", "2027-05-04", "2027-10-04", "2027-10-05"]
    per_year = Counter(day.date.year for day in assumed)
    assert per_year == Counter(int(row["year"]) for row in FESTIVALS)
    assert all(day.date.weekday() < 5 for day in assumed)
    work = calendar_of(shipped_days())
    assert work.next_workday(date(2027, 5, 1)) == date(2027, 5, 5)
    assert work.is_provisional(date(2027, 5, 5))


@pytest.mark.django_db
def test_a_published_schedule_replaces_the_assumed_days_in_lieu() -> None:
    load()
    assert CalendarDay.objects.filter(date="2027-02-09").exists()
    CalendarDay.objects.create(date="2027-02-11", kind="day_off", holiday="x", source="the notice", confirmed=True)
    load()
    assert list(CalendarDay.objects.filter(date__year=2027).values_list("source", flat=True)) == ["the notice"]


def test_lunar_festivals_keep_their_distance() -> None:
    """The intervals are a little over four and three lunar months; 2028 has a leap month in the second one."""
    first = {(row["year"], row["holiday_en"].split(" and ")[-1]): row["date"] for row in reversed(FESTIVALS)}
    for year in ("2027", "2028", "2029", "2030"):
        eve, dragon_boat, mid_autumn = (
            date.fromisoformat(first[year, name])
            for name in ("Spring Festival", "Dragon Boat Festival", "Mid-Autumn Festival")
        )
        assert 122 <= (dragon_boat - eve).days <= 125
        leap_month = 30 if year == "2028" else 0
        assert 96 <= (mid_autumn - dragon_boat).days - leap_month <= 99
