"""Working-day arithmetic. It runs no queries once the calendar is loaded."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from .models import CalendarDay

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkCalendar:
    """`overrides` maps a date to whether it is worked, where it differs from its weekday.

    `confirmed` holds the years whose schedule the State Council Office has published. In any other year the working
    days are Monday to Friday except statutory festivals and days in lieu of those on weekends.
    """

    overrides: Mapping[date, bool]
    confirmed: frozenset[int]

    def is_workday(self, day: date) -> bool:
        return self.overrides.get(day, day.weekday() < 5)

    def is_provisional(self, day: date) -> bool:
        return day.year not in self.confirmed

    def next_workday(self, day: date) -> date:
        """Returns `day` if it is a working day, else the first working day after it."""
        while not self.is_workday(day):
            day += ONE_DAY
        return day

    def add_workdays(self, day: date, count: int) -> date:
        """Returns the `count`-th working day after `day`. `day` itself is not counted."""
        for worked in self.workdays_after(day):
            count -= 1
            if count <= 0:
                return worked
        raise AssertionError("unreachable: working days never end")

    def count_workdays(self, after: date, until: date) -> int:
        """Returns the number of working days after `after`, up to and including `until`."""
        return sum(self.is_workday(after + n * ONE_DAY) for n in range(1, (until - after).days + 1))

    def workdays_after(self, day: date) -> Iterator[date]:
        while True:
            day += ONE_DAY
            if self.is_workday(day):
                yield day


NO_CALENDAR = WorkCalendar({}, frozenset())  # for periods counted in hours, which run on every day


def calendar_of(days: Iterable[CalendarDay]) -> WorkCalendar:
    return _calendar((one.date, one.kind, one.confirmed) for one in days)


def _calendar(days: Iterable[tuple[date, str, bool]]) -> WorkCalendar:
    days = list(days)
    return WorkCalendar(
        overrides={day: kind == CalendarDay.Kind.EXTRA_WORKDAY for day, kind, _confirmed in days},
        confirmed=frozenset(day.year for day, _kind, confirmed in days if confirmed),
    )


def load_calendar() -> WorkCalendar:
    """Loads the calendar in one query of a few hundred rows.

    It is not cached, because an imported schedule must apply from the next clock on.
    """
    return _calendar(CalendarDay.objects.values_list("date", "kind", "confirmed"))
