"""The calendar of deadlines (期限日历): the items due on each day of a month, and a file of one's own.

It counts the open items of a person, unit or agency and the periods of its proceedings, as the queues and home do.
"""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Case as Choose
from django.db.models import Count, F, Q, When, Window
from django.db.models.functions import Coalesce, RowNumber, TruncDate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.calendar.models import CalendarDay
from agencies.calendar.reference import holiday_names
from agencies.calendar.workdays import WorkCalendar, calendar_of
from agencies.kernel import times
from agencies.kernel.errors import Invalid
from agencies.kernel.facets import FacetChoice
from agencies.kernel.open_items import WorklistLine
from agencies.kernel.paging import PRINTED
from agencies.kernel.permissions import STAFF, page
from agencies.kernel.resource import RESOURCE_OF_KIND
from agencies.kernel.texts import Text
from agencies.kernel.work import NEVER, Side
from agencies.work.models import WorkItem, WorkItemQuerySet
from agencies.work.reading import DeskReader
from cases.casefile.models import Case

from .desk import desk_of
from .icalendar import CalendarEvent, icalendar_text
from .queues import lines_of, things_of

MOST = 100  # lines of a day; the others are in the queue
IN_FILE = PRINTED  # events of the file
SHOWN = 3  # titles in the cell of a day
FIRST_YEAR, LAST_YEAR = 2000, 2100
WHOSE: dict[str, Text] = {
    "mine": gettext_lazy("Mine"),
    "unit": gettext_lazy("My unit"),
    "agency": gettext_lazy("My agency"),
}
# A referral and the task of its present step are one matter.
MATTER = Choose(When(kind__in=("task", "referral"), then=Coalesce("matter_id", "object_id")), default=F("object_id"))


@dataclass(frozen=True)
class CalendarCell:
    """One cell of the month. `due` counts the items due on that day, `late` those of them that are late; `lines` are
    the first. `special` is why the day differs from its weekday: "Day off", and the name of the holiday."""

    day: date
    due: int
    late: int
    in_month: bool
    is_today: bool
    is_workday: bool
    is_chosen: bool
    url: str
    lines: list[WorklistLine]
    special: str

    @property
    def more(self) -> int:
        return self.due - len(self.lines)


def items_of(reader: DeskReader, whose: str) -> WorkItemQuerySet:
    """Rows with a deadline. Proceedings are counted by their periods, one by one."""
    sides = (Side.DOES, Side.PERIOD)
    ours = WorkItem.objects.visible_to(reader.actor).filter(side__in=sides).exclude(kind="proceeding")
    if whose == "mine":
        return ours.of_person(reader.me) if reader.me else ours.none()
    once = ours.filter(first=True)
    return once.filter(unit_id__in=reader.actor.units) if whose == "unit" else once


def counts_by_day(rows: WorkItemQuerySet, first: date, last: date, now: datetime) -> dict[date, tuple[int, int]]:
    """Returns the numbers of items due and late on each day in Shanghai, in one query. Days without items are left
    out."""
    per_day = (
        _between(rows, first, last)
        .order_by()
        .values(day=TruncDate("due_at"))
        .annotate(due=Count(MATTER, distinct=True), late=Count(MATTER, distinct=True, filter=Q(breach_at__lt=now)))
    )
    return {row["day"]: (row["due"], row["late"]) for row in per_day}


def lines_on(reader: DeskReader, rows: WorkItemQuerySet, day: date) -> list[WorklistLine]:
    """Returns the lines of the day, the earliest first, each matter once."""
    return matters_of(reader, _between(rows, day, day).order_by("due_at", "object_id")[:MOST])


def first_lines(reader: DeskReader, rows: WorkItemQuerySet, first: date, last: date) -> dict[date, list[WorklistLine]]:
    """Returns the first lines of each day. A day's rows may be two of one matter, a referral and its task."""
    day = TruncDate("due_at")
    place = Window(RowNumber(), partition_by=[day], order_by=[F("due_at").asc(), F("object_id").asc()])
    numbered: Any = _between(rows, first, last).annotate(place=place)
    found: dict[date, list[WorklistLine]] = {}
    for line in matters_of(reader, numbered.filter(place__lte=2 * SHOWN).order_by("due_at", "object_id")):
        if line.due_at:
            found.setdefault(timezone.localdate(line.due_at), []).append(line)
    return {one: lines[:SHOWN] for one, lines in found.items()}


def matters_of(reader: DeskReader, rows: Iterable[WorkItem]) -> list[WorklistLine]:
    """Returns the lines of these rows, the earliest first, each matter once."""
    shown = lines_of(things_of(rows, reader), reader.actor, reader.now)
    # Referrals come before their tasks, so their line is shown.
    matters: dict[Any, WorklistLine] = {}
    for line in sorted(shown, key=lambda line: line.key[0] != "referral"):
        matters.setdefault(line.key, line)
    return sorted(matters.values(), key=lambda line: (line.due_at is None, line.due_at, str(line.key[1])))


def _between(rows: WorkItemQuerySet, first: date, last: date) -> WorkItemQuerySet:
    return rows.filter(due_at__gte=_midnight(first), due_at__lt=_midnight(last + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@page(STAFF)
def deadline_calendar(request: HttpRequest) -> HttpResponse:
    """GET with `month` (2026-12), `whose` (mine, unit, agency) and `day`, whose items are listed below the month."""
    reader = desk_of(request).reader
    whose, month, day = asked_for(request.GET)
    weeks, rows = weeks_of(month), items_of(reader, whose)
    first, last = weeks[0][0], weeks[-1][-1]
    counted = counts_by_day(rows, first, last, reader.now)
    chosen = day or _first_busy(month, counted)
    make_cell = CellMaker(
        counted=counted,
        lines=first_lines(reader, rows, first, last),
        special={one.date: one for one in CalendarDay.objects.filter(date__range=(first, last))},
        month=month,
        chosen=chosen,
        whose=whose,
    )
    context = {
        "month": month,
        "weekdays": weeks[0],
        "weeks": [[make_cell.of(one) for one in week] for week in weeks],
        "choices": [FacetChoice(words, _url(key, month), active=key == whose) for key, words in WHOSE.items()],
        "before": _url(whose, month - timedelta(days=1)),
        "after": _url(whose, month + timedelta(days=31)),
        "present": _url(whose, times.today()),
        "chosen": chosen,
        "lines": lines_on(reader, rows, chosen),
        "more": max(0, counted.get(chosen, (0, 0))[0] - MOST),
        "total": sum(due for one, (due, _late) in counted.items() if _same_month(one, month)),
    }
    return render(request, "deadline_calendar.html", context)


def weeks_of(month: date) -> list[list[date]]:
    """Returns the days of the whole weeks, Monday first, in which the month is."""
    return calendar.Calendar().monthdatescalendar(month.year, month.month)


def asked_for(params: Mapping[str, Any]) -> tuple[str, date, date | None]:
    """Raises Invalid for anything but a known `whose`, a month of this century and a day."""
    whose = params.get("whose") or "mine"
    if whose not in WHOSE:
        raise Invalid.field("whose", "choice", _("Choose one of: %(names)s.") % {"names": ", ".join(WHOSE)})
    day = _day(params["day"], "day") if params.get("day") else None
    month = _day(f"{params['month']}-01", "month") if params.get("month") else (day or times.today()).replace(day=1)
    return whose, month, day


def _day(text: str, field: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if not FIRST_YEAR <= found.year < LAST_YEAR:
        form = "2026-12" if field == "month" else "2026-12-31"
        raise Invalid.field(field, "date", _("Give it in the form %(form)s.") % {"form": form})
    return found


def _first_busy(month: date, counted: Mapping[date, Any]) -> date:
    """Today, or in another month its first day with items."""
    today = times.today()
    if _same_month(today, month):
        return today
    return min((one for one in counted if _same_month(one, month)), default=month)


@dataclass(frozen=True, kw_only=True)
class CellMaker:
    """What the cells of a month are made of, read for all its days."""

    counted: Mapping[date, tuple[int, int]]
    lines: Mapping[date, list[WorklistLine]]
    special: Mapping[date, CalendarDay]
    month: date
    chosen: date
    whose: str

    def of(self, day: date) -> CalendarCell:
        due, late = self.counted.get(day, (0, 0))
        return CalendarCell(
            day=day,
            due=due,
            late=late,
            in_month=_same_month(day, self.month),
            is_today=day == times.today(),
            is_workday=self._workdays.is_workday(day),
            is_chosen=day == self.chosen,
            url=f"{_url(self.whose, self.month)}&day={day.isoformat()}#day",
            lines=self.lines.get(day, []),
            special=self._special(day),
        )

    @cached_property
    def _workdays(self) -> WorkCalendar:
        return calendar_of(self.special.values())

    @cached_property
    def _names(self) -> dict[str, str]:
        return holiday_names()

    def _special(self, day: date) -> str:
        found = self.special.get(day)
        return f"{found.get_kind_display()} · {self._names.get(found.holiday, found.holiday)}" if found else ""


def _same_month(one: date, other: date) -> bool:
    return (one.year, one.month) == (other.year, other.month)


@page(STAFF)
def deadline_file(request: HttpRequest) -> HttpResponse:
    """The reader's own open deadlines for a calendar program, the earliest first. Titles may name persons, so that the
    file has only kinds and numbers of cases."""
    reader = desk_of(request).reader
    rows = items_of(reader, "mine").filter(due_at__lt=NEVER).order_by("due_at", "object_id")
    listed = list(rows[:IN_FILE])
    lines, cases = matters_of(reader, listed), _case_numbers(listed, reader)
    events = [
        CalendarEvent(
            uid=f"{line.key[0]}-{line.key[1]}@{request.get_host()}",
            summary=f"{RESOURCE_OF_KIND[line.key[0]].label} {cases.get(line.key[1], '')}".strip(),
            at=line.due_at,
            url=request.build_absolute_uri(str(line.url)),
        )
        for line in lines
        if line.due_at
    ]
    answer = HttpResponse(icalendar_text(events, reader.now), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="deadlines.ics"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _case_numbers(rows: Sequence[WorkItem], reader: DeskReader) -> dict[Any, str]:
    """The number of the case of each object, and of what it is about, as far as the reader sees the case."""
    seen = Case.objects.visible_to(reader.actor).filter(pk__in={row.case_id for row in rows if row.case_id})
    numbers = dict(seen.values_list("pk", "number"))
    return {pk: numbers[row.case_id] for row in rows for pk in (row.object_id, row.matter_id) if row.case_id in numbers}


def _url(whose: str, month: date) -> str:
    return f"{reverse('deadline_calendar')}?whose={whose}&month={month:%Y-%m}"
