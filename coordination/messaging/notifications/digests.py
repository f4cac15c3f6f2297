"""Time of a person's daily digest: their hour (Shanghai time), on working days. Pure functions of times."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from agencies.calendar.workdays import ONE_DAY, WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")


def moment_of(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), SHANGHAI)


def next_digest(after: datetime, hour: int, work: WorkCalendar) -> datetime:
    """The first digest after this time. An item at exactly the hour waits for the next one."""
    day = after.astimezone(SHANGHAI).date()
    if moment_of(day, hour) <= after:
        day += ONE_DAY
    return moment_of(work.next_workday(day), hour)
