"""Counting of statutory periods. Pure functions.

Rules (PRC procedural law): the first day is not counted. Periods in days, months or years end at 23:59:59 Shanghai time
of their last day. A last day on a holiday rolls to the next working day, unless the period limits custody. Periods in
hours run to the exact minute through nights and holidays. A month ends on the same date, or on the last day of the
month if there is none (APL art. 85, CPL art. 105, Coercion Law art. 69, Civil Code arts. 201–203). For the courts'
periods a month that starts on the last day of a month ends on the last day of a month (SPC Interpretation of the CPL
art. 202).

An extension either sets the total length ("to 30 days": counted again from the start) or continues from the end ("1
month more": from the last day before rolling, so that a holiday lengthens nothing twice). Pauses that began before that
end come first: the extension continues from the last day as moved by them. No law orders the two. Where the period
limits custody, the earlier result counts.

Paused time does not count. In hours it is counted to the second. In days, months and years, the day on which a pause
ends replaces the day on which it began: the remainder of the period is the same on both. A pause of k days moves the
last day by k days; a pause within one day moves nothing; a period in working days keeps its remaining working days. A
pause that begins during the roll over a holiday moves the rolled day.

A deferral sets the last day as a date, independent of the length of the period. It rolls like any other last day.
"""

import calendar as gregorian
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agencies.calendar.workdays import WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
LAST_SECOND = time(23, 59, 59)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """What counting needs of a rule. `length` is None for "promptly", which has no due time.

    `earlier_days`: the act is due that many days before a period in days, months or years ends. `warn_day_early`: the
    period limits custody. `month_end`: a court's period in months. `rolls_unsettled`: whether it rolls is not settled:
    the strict reading does not, the lenient one does.
    """

    length: int | None
    unit: str
    rolls: bool
    strict_lenient: bool = False
    warn_day_early: bool = False
    earlier_days: int = 0
    month_end: bool = False
    rolls_unsettled: bool = False


@dataclass(frozen=True)
class Pause:
    """Time that does not count. Both ends are aware."""

    since: datetime
    until: datetime

    def __post_init__(self) -> None:
        if self.since.tzinfo is None or self.until.tzinfo is None:
            raise ValueError("a pause begins and ends at aware times")
        if self.until < self.since:
            raise ValueError("a pause ends after it began")


@dataclass(frozen=True)
class Extension:
    """`to_total`: the whole period has this length ("to 30 days"); otherwise it is added ("30 days more")."""

    length: int
    unit: str
    to_total: bool = False


@dataclass(frozen=True)
class CountStep:
    """One step of a count: a code, the day or time that it led to, and the number counted."""

    code: str
    at: date | datetime
    number: int | None = None
    unit: str = ""


@dataclass(frozen=True)
class Due:
    """`due_at` is the strict reading, `breach_at` the lenient one; they differ if the unit or the roll is uncertain.

    `warn_by` is the end that alerts use: one day earlier where practice counts custody inclusively.
    """

    due_at: datetime | None
    breach_at: datetime | None
    provisional: bool = False
    steps: list[CountStep] = field(default_factory=list)
    warn_by: datetime | None = None


def count(
    period: Period,
    start: datetime,
    work: WorkCalendar,
    *,
    pauses: Iterable[Pause] = (),
    extensions: Sequence[Extension] = (),
    deferred_to: date | None = None,
) -> Due:
    """Counts when a period triggered at `start` (aware) ends, with each step.

    Raises ValueError for a naive time, and for hours that are extended by other units or deferred to a day.
    """
    if start.tzinfo is None:
        raise ValueError("a period starts at an aware time")
    if period.length is None:
        return Due(None, None, steps=[CountStep("promptly", start)])
    stops = _merged(pauses, start)
    if period.unit == "hour":
        if deferred_to is not None:
            raise ValueError("a period in hours is not deferred to a day")
        return _count_hours(period.length, start, stops, extensions)
    first = start.astimezone(SHANGHAI).date()
    strict = replace(period, rolls=False) if period.rolls_unsettled else period
    last, steps = _last_day(strict, period.unit, first, work, stops, extensions, deferred_to)
    lenient = last
    if period.rolls_unsettled:
        lenient, _more = _last_day(period, period.unit, first, work, stops, extensions, deferred_to)
        steps += [CountStep("rolled_lenient", lenient)] if lenient != last else []
    if period.strict_lenient:
        other, more = _last_day(period, "working_day", first, work, stops, extensions, deferred_to)
        lenient = max(last, other)
        steps += [CountStep("lenient", lenient, period.length), *(step for step in more if step.code in _LATER)]
    provisional = any(work.is_provisional(day) for day in (last, lenient)) and (
        period.rolls or period.unit == "working_day"
    )
    if period.earlier_days:
        last, lenient = (day - timedelta(days=period.earlier_days) for day in (last, lenient))
        steps.append(CountStep("earlier", last, period.earlier_days))
    warn_by = last - ONE_DAY if period.warn_day_early else last
    if period.warn_day_early:
        steps.append(CountStep("day_early", warn_by))
    return Due(end_of(last), end_of(lenient), provisional, steps, end_of(warn_by))


_LATER = ("month_end", "extended", "extended_to", "paused", "deferred", "rolled")


def _count_hours(length: int, start: datetime, stops: list[Pause], extensions: Sequence[Extension]) -> Due:
    end = start + timedelta(hours=length)
    steps = [CountStep("hour", end, length)]
    for one in extensions:
        if one.unit != "hour":
            raise ValueError("a period in hours is extended by hours")
        end = max(end, (start if one.to_total else end) + timedelta(hours=one.length))
        steps.append(_extended(one, end))
    for stop in stops:
        if stop.since < end:
            end += stop.until - stop.since
            steps.append(CountStep("paused", end))
    return Due(end, end, steps=steps, warn_by=end)


def _last_day(
    period: Period,
    unit: str,
    first: date,
    work: WorkCalendar,
    stops: list[Pause],
    extensions: Sequence[Extension],
    deferred_to: date | None,
) -> tuple[date, list[CountStep]]:
    """Returns the last day of the period read in `unit`, and the steps to it."""
    last, steps = _before_rolling(period, unit, first, work, stops, extensions)
    if period.warn_day_early and stops and extensions:
        other = _before_rolling(period, unit, first, work, stops, extensions, extensions_first=True)
        last, steps = min((last, steps), other, key=lambda counted: counted[0])
    if deferred_to is not None and deferred_to > last:
        last = deferred_to
        steps.append(CountStep("deferred", last))
    if period.rolls and not work.is_workday(last):
        last = work.next_workday(last)
        steps.append(CountStep("rolled", last))
    return last, steps


def _before_rolling(
    period: Period,
    unit: str,
    first: date,
    work: WorkCalendar,
    stops: list[Pause],
    extensions: Sequence[Extension],
    *,
    extensions_first: bool = False,
) -> tuple[date, list[CountStep]]:
    last = _added(first, period.length or 0, unit, work, period.month_end)
    steps = [CountStep("first_day_not_counted", first), CountStep(unit, last, period.length)]
    if period.month_end and last != _added(first, period.length or 0, unit, work):
        steps.append(CountStep("month_end", last))
    applied = 0
    for one in extensions:
        if not extensions_first:
            last, applied = _paused(last, stops, applied, unit, work, steps)
        end = _added(first if one.to_total else last, one.length, one.unit, work, period.month_end)
        if one.to_total:
            for stop in stops[:applied]:
                end = _moved(end, *_days(stop), unit, work)
        last = max(last, end)
        steps.append(_extended(one, last))
    last, _all = _paused(last, stops, applied, unit, work, steps, rolls=period.rolls)
    return last, steps


def _paused(
    last: date,
    stops: list[Pause],
    applied: int,
    unit: str,
    work: WorkCalendar,
    steps: list[CountStep],
    *,
    rolls: bool = False,
) -> tuple[date, int]:
    """Applies the pauses after the first `applied` that begin by the last day, and appends their steps.

    With `rolls` also a pause that begins during the roll: only the roll remains then, so the rolled day moves. Returns
    the last day and how many pauses have been applied.
    """
    for stop in stops[applied:]:
        began, ended = _days(stop)
        rolled = work.next_workday(last) if rolls else last
        if began > rolled:
            break
        last = _moved(last if began <= last else rolled, began, ended, unit, work)
        steps.append(CountStep("paused", last, (ended - began).days))
        applied += 1
    return last, applied


def _days(stop: Pause) -> tuple[date, date]:
    began, ended = (moment.astimezone(SHANGHAI).date() for moment in (stop.since, stop.until))
    return began, ended


def _added(day: date, length: int, unit: str, work: WorkCalendar, month_end: bool = False) -> date:
    add: dict[str, Callable[[], date]] = {
        "calendar_day": lambda: day + timedelta(days=length),
        "working_day": lambda: work.add_workdays(day, length),
        "month": lambda: add_months(day, length, month_end),
        "year": lambda: add_months(day, 12 * length, month_end),
    }
    return add[unit]()


def _moved(last: date, began: date, ended: date, unit: str, work: WorkCalendar) -> date:
    """Replaces `began` by `ended`: the same remainder follows."""
    if unit != "working_day":
        return last + (ended - began)
    left = work.count_workdays(began, last)
    return max(last, work.add_workdays(ended, left) if left else ended)


def _extended(one: Extension, at: date | datetime) -> CountStep:
    return CountStep("extended_to" if one.to_total else "extended", at, one.length, one.unit)


def _merged(pauses: Iterable[Pause], start: datetime) -> list[Pause]:
    """Pauses in order, cut at the start; overlapping ones become one."""
    merged: list[Pause] = []
    for pause in sorted(pauses, key=lambda one: one.since):
        if pause.until <= start:
            continue
        since = max(pause.since, start)
        if merged and since <= merged[-1].until:
            merged[-1] = Pause(merged[-1].since, max(merged[-1].until, pause.until))
        else:
            merged.append(Pause(since, pause.until))
    return merged


def add_months(day: date, months: int, month_end: bool = False) -> date:
    """Returns the same date `months` later, or the last day of that month if it has no such date.

    With `month_end` the last day of a month leads to the last day of a month.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    length = gregorian.monthrange(year, month)[1]
    if month_end and day.day == gregorian.monthrange(day.year, day.month)[1]:
        return date(year, month, length)
    return date(year, month, min(day.day, length))


def end_of(day: date) -> datetime:
    """Returns the last second of that day in Shanghai."""
    return datetime.combine(day, LAST_SECOND, SHANGHAI)
