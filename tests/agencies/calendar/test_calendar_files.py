"""The shipped working calendar: published schedules, and statutory festivals for years without one."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar

from agencies.calendar import __file__ as resource
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


def test_every_override_differs_from_its_weekday() -> None:
    assert len({row["date"] for row in OVERRIDES}) == len(OVERRIDES) == 75
    for row in OVERRIDES:
        is_weekday = date.fromisoformat(row["date"]).weekday() < 5
        assert row["override"] == ("day_off" if is_weekday else "extra_workday"), row["date"]


def test_every_published_year_names_its_one_notice() -> None:
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
