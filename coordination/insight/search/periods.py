"""Words for the time of an entry (时间词): with them the word index finds the newest of many matches, period by period,
without sorting all of them.

A period is a group of days, months and years. Together the periods name every day once, from 1970 to the end of next
year; an entry begins when the product records something, so none is outside.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from agencies.kernel import times

from .words import OWN

FIRST_YEAR = 1970
FIRST, GROWTH = 5, 2  # days of the first period, and how many times longer each is than the one before
MONTHS = 12  # a year as the number of its months

Period = tuple[str, ...]
"""Words of which an entry of the period has one."""


def time_words(at: datetime) -> str:
    """The words for the day, the month and the year of an entry, as they stand before its other words.

    In UTC: they only divide what is read, so it does not matter where a day ends.
    """
    day = at.astimezone(UTC).date()
    return f"{_day(day)} {_month(_number(day))} {_year(day.year)}"


def newest_periods() -> list[Period]:
    """All periods, the newest first. The first also holds what is later than today."""
    today = times.now().astimezone(UTC).date()
    first, *others = periods_before(today)
    return [(*(word for word, _days in _forwards(today + timedelta(1), years=0)), *first), *others]


def periods_before(day: date) -> list[Period]:
    """The periods from this day back."""
    return list(_grouped(_backwards(day)))


def periods_after(day: date) -> list[Period]:
    """The periods from this day on, the oldest first."""
    return list(_grouped(_forwards(day)))


def _grouped(units: Iterable[tuple[str, int]]) -> Iterator[Period]:
    """Groups words, each with the number of its days, into ever longer periods."""
    words: list[str] = []
    days, least = 0, FIRST
    for word, length in units:
        words.append(word)
        days += length
        if days >= least:
            yield tuple(words)
            words, days, least = [], 0, least * GROWTH
    if words:
        yield tuple(words)


def _backwards(start: date) -> Iterator[tuple[str, int]]:
    """The days of the month down from this one, then the months to the beginning of the year before, then the years."""
    yield from ((_day(start.replace(day=day)), 1) for day in range(start.day, 0, -1))
    yield from _months(_number(start) - 1, (start.year - 1) * MONTHS, -1)
    yield from ((_year(year), 365) for year in range(start.year - 2, FIRST_YEAR - 1, -1))


def _forwards(start: date, years: int = 1) -> Iterator[tuple[str, int]]:
    """The same in the other direction, to the end of next year; the months of so many further `years`."""
    end = times.today().year + 1
    last = monthrange(start.year, start.month)[1]
    divided = min(start.year + years, end)
    yield from ((_day(start.replace(day=day)), 1) for day in range(start.day, last + 1))
    yield from _months(_number(start) + 1, divided * MONTHS + MONTHS - 1, 1)
    yield from ((_year(year), 365) for year in range(divided + 1, end + 1))


def _months(first: int, last: int, step: int) -> Iterator[tuple[str, int]]:
    return ((_month(number), 30) for number in range(first, last + step, step))


def _number(day: date) -> int:
    """The number of its month, counted through the years."""
    return day.year * MONTHS + day.month - 1


def _day(day: date) -> str:
    return f"{OWN}d{day:%Y%m%d}"


def _month(number: int) -> str:
    return f"{OWN}m{number // MONTHS}{number % MONTHS + 1:02d}"


def _year(year: int) -> str:
    return f"{OWN}y{year}"
