"""Holiday schedules as CSV files: strict reading, and comparison with the stored calendar."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.text_files import parse_day, read_table

from .models import CalendarDay

COLUMNS = ("date", "override", "holiday")
MOST_ROWS = 2000
FIRST, LAST = date(1990, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True)
class ExceptionalDay:
    """One day that differs from its weekday."""

    date: date
    kind: str
    holiday: str


@dataclass(frozen=True)
class ScheduleChanges:
    """The changes an import makes to the years in a schedule. Their days are replaced by those of the schedule."""

    years: list[int]
    days: list[ExceptionalDay]
    added: list[ExceptionalDay] = field(default_factory=list)
    changed: list[ExceptionalDay] = field(default_factory=list)
    removed: list[CalendarDay] = field(default_factory=list)
    unpublished: list[int] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.removed or self.unpublished)


def read_schedule(text: str) -> list[ExceptionalDay]:
    """Reads a CSV text with the columns date, override and holiday.

    Days that match their weekday anyway are left out. Raises Invalid with the number of every bad line.
    """
    _headings, lines = read_table(text, COLUMNS, most=MOST_ROWS, needed=COLUMNS)
    errors: list[FieldError] = []
    days = [day for number, row in lines.items() if (day := _day(number, row, errors))]
    errors += _doubled(days)
    if errors:
        raise Invalid(errors)
    return [day for day in days if (day.kind == CalendarDay.Kind.DAY_OFF) == (day.date.weekday() < 5)]


def compare(days: list[ExceptionalDay]) -> ScheduleChanges:
    """Compares a schedule with the stored days, including provisional festivals."""
    years = sorted({day.date.year for day in days})
    stored = {one.date: one for one in CalendarDay.objects.filter(date__year__in=years)}
    listed = {day.date for day in days}
    published = {day.year for day, one in stored.items() if one.confirmed}
    return ScheduleChanges(
        years=years,
        days=days,
        added=[day for day in days if day.date not in stored],
        changed=[day for day in days if day.date in stored and stored[day.date].kind != day.kind],
        removed=[one for day, one in sorted(stored.items()) if day not in listed],
        unpublished=[year for year in years if year not in published],
    )


def _day(number: int, row: dict[str, str], errors: list[FieldError]) -> ExceptionalDay | None:
    pointer = f"/file/{number}"
    try:
        found = parse_day(row["date"])
    except ValueError:
        errors.append(FieldError(pointer, "date", _("Line %(line)d: this is not a date.") % {"line": number}))
        return None
    kind = row["override"]
    if not FIRST <= found <= LAST:
        errors.append(FieldError(pointer, "range", _("Line %(line)d: this year is out of range.") % {"line": number}))
    if kind not in CalendarDay.Kind.values:
        detail = _("Line %(line)d: override must be day_off or extra_workday.") % {"line": number}
        errors.append(FieldError(pointer, "override", detail))
    return ExceptionalDay(found, kind, row["holiday"][:60])


def _doubled(days: list[ExceptionalDay]) -> Iterator[FieldError]:
    seen: set[date] = set()
    for day in days:
        if day.date in seen:
            detail = _("%(day)s appears twice in the file.") % {"day": day.date}
            yield FieldError("/file", "doubled", detail)
        seen.add(day.date)
