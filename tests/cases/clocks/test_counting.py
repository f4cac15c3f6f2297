"""Statutory counting, with worked examples and properties."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.calendar.models import CalendarDay
from agencies.calendar.reference import DATA
from agencies.calendar.workdays import calendar_of
from agencies.kernel.reference import read_csv
from cases.clocks.counting import SHANGHAI, Extension, Pause, Period, add_months, count, end_of

WORK = calendar_of(
    CalendarDay(date=date.fromisoformat(row["date"]), kind=row["override"], confirmed=True)
    for row in read_csv(DATA / "calendar.csv")
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def ends(length: int, unit: str, start: str, *, rolls: bool = True, pauses=(), **more) -> str:
    stops = [Pause(at(since), at(until)) for since, until in pauses]
    due = count(Period(length, unit, rolls), at(start), WORK, pauses=stops, **more)
    assert due.due_at is not None
    return due.due_at.astimezone(SHANGHAI).isoformat(sep=" ", timespec="minutes")[:16]


# fmt: off
EXAMPLES = [
    # case                                            length unit            triggered            rolls  ends
    ("the first day is not counted", 3, "calendar_day", "2026-11-23T09:00", True,  "2026-11-26 23:59"),
    ("a minute before midnight is still that day", 3, "calendar_day", "2026-11-23T23:59", True,  "2026-11-26 23:59"),
    ("a last day on Saturday rolls to Monday", 3, "calendar_day", "2026-11-25T09:00", True,  "2026-11-30 23:59"),
    ("custody does not roll", 3, "calendar_day", "2026-11-25T09:00", False, "2026-11-28 23:59"),
    ("a make-up Saturday can be the last day", 1, "calendar_day", "2026-02-13T17:30", True,  "2026-02-14 23:59"),
    ("Spring Festival rolls it to the 24th", 3, "calendar_day", "2026-02-13T17:30", True,  "2026-02-24 23:59"),
    ("five working days over Spring Festival", 5, "working_day", "2026-02-13T17:30", True,  "2026-02-27 23:59"),
    ("working days skip an ordinary weekend", 5, "working_day", "2026-11-20T09:00", True,  "2026-11-27 23:59"),
    ("hours run through nights and holidays", 24, "hour", "2026-02-16T22:15", False, "2026-02-17 22:15"),
    ("a month ends on the same date", 1, "month", "2026-03-10T09:00", True,  "2026-04-10 23:59"),
    ("or on the last day of a short month", 1, "month", "2026-01-31T09:00", False, "2026-02-28 23:59"),
    ("in a leap year on the 29th", 1, "month", "2024-01-31T09:00", False, "2024-02-29 23:59"),
    ("a year from a leap day ends on the 28th", 1, "year", "2024-02-29T09:00", False, "2025-02-28 23:59"),
    ("over the year's end", 15, "calendar_day", "2025-12-20T09:00", True,  "2026-01-04 23:59"),
    ("31 December can be the last day", 11, "calendar_day", "2025-12-20T09:00", True,  "2025-12-31 23:59"),
    ("New Year rolls to the make-up Sunday", 12, "calendar_day", "2025-12-20T09:00", True,  "2026-01-04 23:59"),
    ("custody stays on New Year", 12, "calendar_day", "2025-12-20T09:00", False, "2026-01-01 23:59"),
    ("working days count the make-up Sunday", 3, "working_day", "2025-12-30T09:00", True,  "2026-01-05 23:59"),
    ("seven working days over National Day", 7, "working_day", "2026-09-28T16:00", True,  "2026-10-13 23:59"),
    ("ten working days count the make-up Saturday", 10, "working_day", "2026-09-28T16:00", True,  "2026-10-16 23:59"),
    ("a leap day is a day", 3, "calendar_day", "2024-02-26T09:00", True,  "2024-02-29 23:59"),
    ("a year to a leap year's February", 1, "year", "2023-02-28T09:00", False, "2024-02-28 23:59"),
    ("two years", 2, "year", "2024-03-15T09:00", False, "2026-03-15 23:59"),
    ("a month end on Saturday rolls", 1, "month", "2026-07-31T09:00", True,  "2026-08-31 23:59"),
    ("six months over New Year roll from Sunday", 6, "month", "2025-08-15T09:00", True,  "2026-02-24 23:59"),
    ("a month's last day that is a holiday", 2, "month", "2025-12-20T09:00", True,  "2026-02-24 23:59"),
    ("forty-eight hours over a weekend", 48, "hour", "2026-11-20T18:30", False, "2026-11-22 18:30"),
    ("twelve hours over midnight", 12, "hour", "2026-11-20T18:30", False, "2026-11-21 06:30"),
]

DAY, WORKED, MONTH, HOUR = "calendar_day", "working_day", "month", "hour"
# All in 2026.
PAUSED = [
    # case                                     length      triggered   paused from      until            ends
    ("ten days of testing move it ten days",   30, DAY,    "03-02T09", "03-10T10:00", "03-20T15:00", "04-13 23:59"),
    ("a pause of one day moves nothing",       30, DAY,    "03-02T09", "03-10T10:00", "03-10T15:00", "04-01 23:59"),
    ("a pause over midnight moves one day",    30, DAY,    "03-02T09", "03-10T23:59", "03-11T00:01", "04-02 23:59"),
    ("a pause from the first day on",          10, DAY,    "03-02T09", "03-02T10:00", "03-07T10:00", "03-17 23:59"),
    ("a pause on the last day",                10, DAY,    "03-02T09", "03-12T10:00", "03-17T10:00", "03-17 23:59"),
    ("a pause after the end moves nothing",    10, DAY,    "03-02T09", "03-13T10:00", "03-17T10:00", "03-12 23:59"),
    ("a pause keeps the working days left",    10, WORKED, "03-02T09", "03-04T10:00", "03-11T10:00", "03-23 23:59"),
    ("a weekend's pause takes no working day", 10, WORKED, "03-02T09", "03-07T10:00", "03-08T10:00", "03-16 23:59"),
    ("months move by days",                     2, MONTH,  "03-02T09", "03-10T10:00", "03-20T10:00", "05-12 23:59"),
    ("a pause from the Monday it rolled to",   10, DAY,    "03-11T09", "03-23T10:00", "03-25T10:00", "03-25 23:59"),
    ("a pause from the Sunday before",         10, DAY,    "03-11T09", "03-22T10:00", "03-25T10:00", "03-26 23:59"),
    ("a pause from the Saturday itself",       10, DAY,    "03-11T09", "03-21T10:00", "03-25T10:00", "03-25 23:59"),
    ("hours move to the minute",               24, HOUR,   "03-02T09", "03-02T10:00", "03-02T11:45", "03-03 10:45"),
]

TO_10, TO_30, PLUS_30 = ("to", 10, DAY), ("to", 30, DAY), ("more", 30, DAY)
EXTENDED = [
    # case                                    length     triggered      by                       rolls  ends
    ("thirty days and thirty more",           30, DAY,   "03-02T09:00", [PLUS_30],               True,  "05-06 23:59"),
    ("to ten days in all",                     3, DAY,   "03-02T09:00", [TO_10],                 True,  "03-12 23:59"),
    ("to ten, to thirty, thirty more",         3, DAY,   "03-02T09:00", [TO_10, TO_30, PLUS_30], True,  "05-06 23:59"),
    ("three days and four of custody",         3, DAY,   "03-02T09:00", [("more", 4, DAY)],      False, "03-09 23:59"),
    ("two months and one",                     2, MONTH, "01-15T09:00", [("more", 1, MONTH)],    False, "04-15 23:59"),
    ("a short month shortens the next",        1, MONTH, "01-31T09:00", [("more", 1, MONTH)],    False, "03-28 23:59"),
    ("a month and fifteen days",               1, MONTH, "03-02T09:00", [("more", 15, DAY)],     False, "04-17 23:59"),
    ("a holiday at the first end adds nothing", 3, DAY,  "02-13T17:30", [PLUS_30],               True,  "03-18 23:59"),
    ("to forty-eight hours",                  24, HOUR,  "03-02T09:00", [("to", 48, HOUR)],      False, "03-04 09:00"),
]
# fmt: on


@pytest.mark.parametrize(
    ("length", "unit", "start", "rolls", "end"), [e[1:] for e in EXAMPLES], ids=[e[0] for e in EXAMPLES]
)
def test_worked_example(length, unit, start, rolls, end):
    assert ends(length, unit, start, rolls=rolls) == end


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        ("2026-02-28T10:00", 2, "2026-04-30 23:59"),
        ("2026-04-30T10:00", 2, "2026-06-30 23:59"),
        ("2026-12-31T10:00", 2, "2027-02-28 23:59"),
        ("2026-02-27T10:00", 2, "2026-04-27 23:59"),
    ],
)
def test_a_court_that_accepts_on_the_last_day_of_a_month_has_until_the_last_day_of_one(start, length, end):
    due = count(Period(length, "month", rolls=False, month_end=True), at(start), WORK)
    assert due.due_at == at(end.replace(" ", "T") + ":59")


def test_an_extension_of_a_courts_period_ends_on_the_last_day_too():
    court = Period(2, "month", rolls=False, month_end=True)
    due = count(court, at("2026-02-28T10:00"), WORK, extensions=[Extension(3, "month")])
    assert due.due_at == at("2026-07-31T23:59:59")
    assert [step.code for step in due.steps] == ["first_day_not_counted", "month", "month_end", "extended"]


def test_a_pause_that_begins_while_the_last_day_rolls_never_covers_the_new_last_day():
    """90 days from 8 March end on Saturday 6 June and roll to the 8th; the pause begins on the 7th."""
    paused = [("2026-06-07T10:00", "2026-06-30T10:00")]
    assert ends(90, "calendar_day", "2026-03-08T10:00", pauses=paused) == "2026-07-01 23:59"


EARLIER = [("2026-02-19T10:00", "2026-03-14T10:00")]


def test_an_extension_continues_from_the_last_day_as_moved_by_an_earlier_pause():
    """Two months end on 23 March, with 23 days of pause on 15 April, extended by a month on 15 May."""
    more = [Extension(1, "month")]
    assert ends(2, "month", "2026-01-23T10:00", rolls=False, pauses=EARLIER, extensions=more) == "2026-05-15 23:59"


def test_a_pause_during_the_extension_moves_its_end():
    later = [("2026-04-01T10:00", "2026-04-11T10:00")]
    more = [Extension(1, "month")]
    assert ends(2, "month", "2026-01-23T10:00", rolls=False, pauses=later, extensions=more) == "2026-05-03 23:59"


def test_an_extension_to_a_total_keeps_the_days_of_an_earlier_pause():
    """To 30 days in all: 3 days would end on 5 March, five days of pause move that, thirty days with them 6 April."""
    paused, total = [("2026-03-03T10:00", "2026-03-08T10:00")], [Extension(30, "calendar_day", to_total=True)]
    assert (
        ends(3, "calendar_day", "2026-03-02T09:00", rolls=False, pauses=paused, extensions=total) == "2026-04-06 23:59"
    )


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-01-23T10:00", "2026-05-15 23:59"),  # the pause first: 15 April and a month; otherwise 16 May
        ("2025-12-28T10:00", "2026-04-20 23:59"),  # the extension first: 28 March and 23 days; otherwise 23 April
    ],
)
def test_custody_ends_at_the_earlier_of_both_orders(start, end):
    custody = Period(2, "month", rolls=False, warn_day_early=True)
    stops, more = [Pause(at(since), at(until)) for since, until in EARLIER], [Extension(1, "month")]
    due = count(custody, at(start), WORK, pauses=stops, extensions=more).due_at
    assert due == at(end.replace(" ", "T") + ":59")


@pytest.mark.parametrize(
    ("length", "unit", "start", "since", "until", "end"), [e[1:] for e in PAUSED], ids=[e[0] for e in PAUSED]
)
def test_paused_time_does_not_count(length, unit, start, since, until, end):
    assert ends(length, unit, f"2026-{start}", pauses=[(f"2026-{since}", f"2026-{until}")]) == f"2026-{end}"


@pytest.mark.parametrize(
    ("length", "unit", "start", "by", "rolls", "end"), [e[1:] for e in EXTENDED], ids=[e[0] for e in EXTENDED]
)
def test_an_extension_continues_or_makes_the_whole_longer(length, unit, start, by, rolls, end):
    extensions = [Extension(number, of, to_total=how == "to") for how, number, of in by]
    assert ends(length, unit, f"2026-{start}", rolls=rolls, extensions=extensions) == f"2026-{end}"


def test_an_act_due_before_the_end_of_a_period():
    """MPSP art. 148: seven days before the two months end, with and without an extension."""
    ahead = Period(2, "month", rolls=False, earlier_days=7)
    due = count(ahead, at("2026-02-13 17:30"), WORK)
    assert str(due.due_at)[:10] == "2026-04-06"
    assert due.steps[-1].code == "earlier"
    longer = count(ahead, at("2026-02-13 17:30"), WORK, extensions=[Extension(1, "month")])
    assert str(longer.due_at)[:10] == "2026-05-06"


def test_an_uncertain_unit_warns_strictly_and_breaches_leniently():
    due = count(Period(3, "calendar_day", rolls=True, strict_lenient=True), at("2026-11-27T10:00"), WORK)
    assert (due.due_at, due.breach_at) == (at("2026-11-30T23:59:59"), at("2026-12-02T23:59:59"))


def test_a_year_without_a_schedule_gives_a_provisional_day_and_promptly_none():
    assert count(Period(6, "month", rolls=True), at("2026-11-24T10:00"), WORK).provisional
    assert not count(Period(5, "working_day", rolls=True), at("2026-11-24T10:00"), WORK).provisional
    assert count(Period(None, "promptly", rolls=False), at("2026-11-24T10:00"), WORK).due_at is None


def test_a_time_without_zone_is_refused():
    with pytest.raises(ValueError, match="aware"):
        count(Period(1, "hour", rolls=False), datetime(2026, 1, 1, 9), WORK)  # noqa: DTZ001 - the point


starts = st.datetimes(datetime(2024, 1, 1), datetime(2026, 10, 1), timezones=st.just(ZoneInfo("UTC")))  # noqa: DTZ001
lengths = st.integers(1, 60)


@given(starts, lengths, st.sampled_from(["calendar_day", "working_day", "month", "hour"]), st.booleans())
def test_a_period_ends_after_it_starts_and_grows_with_its_length(start, length, unit, rolls):
    shorter, longer = (count(Period(n, unit, rolls), start, WORK).due_at for n in (length, length + 1))
    assert start < shorter <= longer


@pytest.mark.slow
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
def test_a_period_contains_exactly_its_working_days(start, length):
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


@st.composite
def pauses(draw):
    since = draw(starts)
    return Pause(since, since + timedelta(minutes=draw(st.integers(0, 60 * 24 * 40))))


units = st.sampled_from(["calendar_day", "working_day", "month", "hour"])


@given(starts, lengths, units, st.booleans(), st.lists(pauses(), max_size=3))
def test_a_pause_never_shortens(start, length, unit, rolls, stops):
    period = Period(length, unit, rolls)
    plain, paused = count(period, start, WORK), count(period, start, WORK, pauses=stops)
    assert paused.due_at >= plain.due_at
    assert count(period, start, WORK, pauses=list(reversed(stops))) == paused


@given(starts, st.integers(2, 60), st.integers(1, 40), st.data())
def test_k_days_of_pause_lengthen_a_period_in_days_by_k_days(start, length, k, data):
    since = start + timedelta(days=data.draw(st.integers(0, length - 1)))
    period = Period(length, "calendar_day", rolls=False)
    plain, stop = count(period, start, WORK), Pause(since, since + timedelta(days=k))
    assert count(period, start, WORK, pauses=[stop]).due_at == plain.due_at + timedelta(days=k)


@given(starts, st.integers(2, 30), st.integers(0, 200), st.integers(0, 2000))
def test_an_hour_of_pause_lengthens_a_period_in_hours_by_an_hour(start, days, after, minutes):
    since = start + timedelta(minutes=after)
    stop, period = Pause(since, since + timedelta(minutes=minutes)), Period(24 * days, "hour", rolls=False)
    lengthened = count(period, start, WORK, pauses=[stop]).due_at - count(period, start, WORK).due_at
    assert lengthened == timedelta(minutes=minutes)


@given(starts, lengths, st.integers(0, 40), st.data())
def test_a_pause_leaves_as_many_working_days_as_there_were(start, length, k, data):
    since = start + timedelta(days=data.draw(st.integers(0, length - 1)))
    until = since + timedelta(days=k)
    first, began, ended = (moment.astimezone(SHANGHAI).date() for moment in (start, since, until))
    last = count(Period(length, "working_day", True), start, WORK, pauses=[Pause(since, until)]).due_at.date()
    counted = WORK.count_workdays(first, began) + WORK.count_workdays(ended, last)
    assert counted == length or (WORK.count_workdays(began, last) == 0 and counted < length + 1)


@given(starts, lengths, units, st.lists(st.integers(1, 12), max_size=3), st.booleans())
def test_an_extension_never_shortens(start, length, unit, more, to_total):
    period, steps = Period(length, unit, rolls=False), [Extension(n, unit, to_total) for n in more]
    ends_at = [count(period, start, WORK, extensions=steps[:n]).due_at for n in range(len(steps) + 1)]
    assert ends_at == sorted(ends_at)


@given(starts, lengths, st.sampled_from(["calendar_day", "working_day", "month"]), st.data())
def test_a_paused_period_never_ends_before_it_resumes(start, length, unit, data):
    period = Period(length, unit, rolls=True)
    whole = (count(period, start, WORK).due_at - start).days
    since = start + timedelta(days=data.draw(st.integers(0, whole)))
    until = since + timedelta(days=data.draw(st.integers(0, 40)))
    assert count(period, start, WORK, pauses=[Pause(since, until)]).due_at >= until


@pytest.mark.parametrize(
    ("until", "end"),
    [("2026-12-25", "2026-12-25 23:59"), ("2026-12-26", "2026-12-28 23:59"), ("2026-12-01", "2026-12-14 23:59")],
    ids=["a deferral fixes the last day", "the last day rolls", "a deferral never shortens"],
)
def test_a_deferral_sets_the_last_day_independently_of_the_roll(until, end):
    """Fifteen days from 27 November end on a Saturday, therefore on Monday 14 December."""
    assert ends(15, "calendar_day", "2026-11-27T09:00", deferred_to=date.fromisoformat(until)) == end


def test_a_period_in_hours_is_not_deferred_to_a_day():
    with pytest.raises(ValueError, match="in hours"):
        ends(15, "hour", "2026-11-27T09:00", deferred_to=date(2026, 12, 25))


def test_a_pause_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="after it began"):
        Pause(at("2026-01-02T00:00"), at("2026-01-01T00:00"))


def test_the_warning_for_custody_is_a_day_early():
    due = count(Period(2, "month", rolls=False, warn_day_early=True), at("2026-03-10T09:00"), WORK)
    assert due.due_at - due.warn_by == timedelta(days=1)


def test_an_unsettled_roll_gives_both_ends_and_a_pause_in_it_moves_only_the_later_one() -> None:
    period = Period(30, "calendar_day", rolls=True, rolls_unsettled=True)
    due = count(period, at("2026-09-01T10:00"), WORK)  # the National Day holiday lasts from 1 to 7 October
    assert (due.due_at, due.breach_at) == (end_of(date(2026, 10, 1)), end_of(date(2026, 10, 8)))
    paused = count(period, at("2026-09-01T10:00"), WORK, pauses=[Pause(at("2026-10-03T10:00"), at("2026-10-13T10:00"))])
    assert (paused.due_at, paused.breach_at) == (end_of(date(2026, 10, 1)), end_of(date(2026, 10, 19)))
