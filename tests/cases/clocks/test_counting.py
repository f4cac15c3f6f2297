"""Counting by statute, against worked examples an official can check, and by property."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.calendar.models import CalendarDay
from agencies.calendar.reference import DATA
from agencies.calendar.workdays import WorkCalendar, calendar_of
from agencies.kernel.reference import read_csv
from cases.clocks.counting import SHANGHAI, Period, add_months, count

WORK = calendar_of(
    CalendarDay(date=date.fromisoformat(row["date"]), kind=row["override"], confirmed=True)
    for row in read_csv(DATA / "calendar.csv")
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def ends(length: int, unit: str, start: str, *, rolls: bool = True) -> str:
    due = count(Period(length, unit, rolls), at(start), WORK)
    assert due.due_at is not None
    return due.due_at.astimezone(SHANGHAI).isoformat(sep=" ", timespec="minutes")[:16]


# fmt: off
EXAMPLES = [
    # what is shown                                   length unit            triggered            rolls  ends
    ("the first day is not counted", 3, "calendar_day", "2026-11-23T09:00", True,  "2026-11-26 23:59"),
    ("a minute before midnight is still that day", 3, "calendar_day", "2026-11-23T23:59", True,  "2026-11-26 23:59"),
    ("a last day on Saturday rolls to Monday", 3, "calendar_day", "2026-11-25T09:00", True,  "2026-11-30 23:59"),
    ("custody does not roll", 3, "calendar_day", "2026-11-25T09:00", False, "2026-11-28 23:59"),
    ("a make-up Saturday is a last day like any", 1, "calendar_day", "2026-02-13T17:30", True,  "2026-02-14 23:59"),
    ("Spring Festival rolls it to the 24th", 3, "calendar_day", "2026-02-13T17:30", True,  "2026-02-24 23:59"),
    ("five working days over Spring Festival", 5, "working_day", "2026-02-13T17:30", True,  "2026-02-27 23:59"),
    ("working days skip an ordinary weekend", 5, "working_day", "2026-11-20T09:00", True,  "2026-11-27 23:59"),
    ("hours run through nights and holidays", 24, "hour", "2026-02-16T22:15", False, "2026-02-17 22:15"),
    ("a month ends on the same date", 1, "month", "2026-03-10T09:00", True,  "2026-04-10 23:59"),
    ("or on the last day if there is none", 1, "month", "2026-01-31T09:00", False, "2026-02-28 23:59"),
    ("in a leap year on the 29th", 1, "month", "2024-01-31T09:00", False, "2024-02-29 23:59"),
    ("a year from a leap day ends on the 28th", 1, "year", "2024-02-29T09:00", False, "2025-02-28 23:59"),
    ("over the year's end", 15, "calendar_day", "2025-12-20T09:00", True,  "2026-01-04 23:59"),
]
# fmt: on


@pytest.mark.parametrize(
    ("length", "unit", "start", "rolls", "end"), [e[1:] for e in EXAMPLES], ids=[e[0] for e in EXAMPLES]
)
def test_worked_example(length, unit, start, rolls, end):
    assert ends(length, unit, start, rolls=rolls) == end


def test_an_uncertain_unit_warns_strictly_and_breaches_leniently():
    due = count(Period(3, "calendar_day", rolls=True, strict_lenient=True), at("2026-11-27T10:00"), WORK)
    assert (due.due_at, due.breach_at) == (at("2026-11-30T23:59:59"), at("2026-12-02T23:59:59"))


def test_a_year_without_a_schedule_gives_a_provisional_day():
    assert count(Period(6, "month", rolls=True), at("2026-11-24T10:00"), WORK).provisional
    assert not count(Period(5, "working_day", rolls=True), at("2026-11-24T10:00"), WORK).provisional


def test_promptly_has_no_day():
    assert count(Period(None, "promptly", rolls=False), at("2026-11-24T10:00"), WORK).due_at is None


def test_a_time_without_zone_is_refused():
    with pytest.raises(ValueError, match="aware"):
        count(Period(1, "hour", rolls=False), datetime(2026, 1, 1, 9), WORK)  # noqa: DTZ001 - the point


starts = st.datetimes(datetime(2024, 1, 1), datetime(2026, 10, 1), timezones=st.just(ZoneInfo("UTC")))  # noqa: DTZ001
lengths = st.integers(1, 60)
plain_week = WorkCalendar({}, frozenset(range(2020, 2040)))


@given(starts, lengths, st.sampled_from(["calendar_day", "working_day", "month", "hour"]), st.booleans())
def test_a_period_ends_after_it_starts_and_grows_with_its_length(start, length, unit, rolls):
    shorter, longer = (count(Period(n, unit, rolls), start, WORK).due_at for n in (length, length + 1))
    assert start < shorter <= longer


@given(starts, lengths, st.sampled_from(["calendar_day", "working_day", "month"]))
def test_a_rolling_period_ends_on_a_working_day_and_never_earlier_than_a_fixed_one(start, length, unit):
    rolling = count(Period(length, unit, True), start, WORK).due_at
    fixed = count(Period(length, unit, False), start, WORK).due_at
    assert WORK.is_workday(rolling.date())
    assert rolling >= fixed


@given(starts, lengths)
def test_the_hour_of_the_trigger_changes_no_day(start, length):
    local = start.astimezone(SHANGHAI)
    morning, night = local.replace(hour=0, minute=0), local.replace(hour=23, minute=59)
    period = Period(length, "working_day", True)
    assert count(period, morning, WORK) == count(period, night, WORK)


@given(starts, lengths)
def test_working_days_count_exactly_that_many(start, length):
    first = start.astimezone(SHANGHAI).date()
    last = count(Period(length, "working_day", True), start, WORK).due_at.date()
    between = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert sum(WORK.is_workday(day) for day in between) == length


@given(starts, lengths)
def test_the_lenient_reading_is_never_before_the_strict_one(start, length):
    due = count(Period(length, "calendar_day", True, strict_lenient=True), start, WORK)
    assert due.due_at <= due.breach_at


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(0, 120))
def test_months_add_up_unless_a_month_is_short(day, months):
    added = add_months(day, months)
    assert (added.year * 12 + added.month) - (day.year * 12 + day.month) == months
    assert added.day == day.day or (added.day < day.day and (added + timedelta(days=1)).day == 1)
