"""Counting a period by statute. Pure: dates in, dates out.

The rules (domain of procedure, PRC): the first day is not counted; periods in days, months or years end at 23:59:59
Shanghai of their last day, a last day on a holiday rolls to the next working day unless the period limits custody;
periods in hours run to the exact minute through nights and holidays; a month ends on the same date, or on the last
day of the month if there is none (APL art. 85, CPL art. 105, Coercion Law art. 69, Civil Code arts. 201–203).
"""

import calendar as gregorian
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agencies.calendar.workdays import WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True)
class Period:
    """What the counting needs of a rule. `length` is None for "promptly", which has no due time."""

    length: int | None
    unit: str
    rolls: bool
    strict_lenient: bool = False


@dataclass(frozen=True)
class Step:
    """One step of a count, for the reader: a code and the day or time it led to."""

    code: str
    at: date | datetime


@dataclass(frozen=True)
class Due:
    """`due_at` is the strict reading, `breach_at` the lenient one (equal unless the unit is uncertain)."""

    due_at: datetime | None
    breach_at: datetime | None
    provisional: bool = False
    steps: list[Step] = field(default_factory=list)


def count(period: Period, start: datetime, work: WorkCalendar) -> Due:
    """When a period that is triggered at `start` (aware) ends. Raises ValueError on a naive time."""
    if start.tzinfo is None:
        raise ValueError("a period starts at an aware time")
    if period.length is None:
        return Due(None, None)
    if period.unit == "hour":
        end = start + timedelta(hours=period.length)
        return Due(end, end, steps=[Step("hours", end)])
    first = start.astimezone(SHANGHAI).date()
    last, steps = _last_day(period.length, period.unit, period.rolls, first, work)
    lenient = last
    if period.strict_lenient:
        lenient, more = _last_day(period.length, "working_day", period.rolls, first, work)
        steps += [Step("lenient", lenient), *more[-1:]]
    provisional = any(work.is_provisional(day) for day in (last, lenient)) and (
        period.rolls or period.unit == "working_day"
    )
    return Due(_end_of(last), _end_of(max(last, lenient)), provisional, steps)


def _last_day(length: int, unit: str, rolls: bool, first: date, work: WorkCalendar) -> tuple[date, list[Step]]:
    add: dict[str, Callable[[], date]] = {
        "calendar_day": lambda: first + timedelta(days=length),
        "working_day": lambda: work.add_workdays(first, length),
        "month": lambda: add_months(first, length),
        "year": lambda: add_months(first, 12 * length),
    }
    last = add[unit]()
    steps = [Step("first_day_not_counted", first), Step(unit, last)]
    if rolls and not work.is_workday(last):
        last = work.next_workday(last)
        steps.append(Step("rolled", last))
    return last, steps


def add_months(day: date, months: int) -> date:
    """The same date `months` later, or that month's last day if it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    return date(year, month, min(day.day, gregorian.monthrange(year, month)[1]))


def _end_of(day: date) -> datetime:
    return datetime.combine(day, LAST_SECOND, SHANGHAI)
